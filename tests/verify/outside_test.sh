#!/bin/sh
# tests/verify/outside_test.sh [MODE]: the record as programs see it that nobody here wrote.
#
# A ledger over invented acts is written as a server would serve it (BUILD/verify/export);
# then each verifier must accept it, and refuse it with one byte altered in a record, a leaf,
# a tile, a checkpoint or a proof: tools/verify.sh (sh and openssl), verify.go (Debian's
# golang-golang-x-mod-dev), sigsum-verify (Debian backports, when they can be reached) and
# comity verify.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mode=${1:-release}
build=$(cd "$here/../.." && pwd)/build/$mode
make -s --no-print-directory -C "$here/../.." MODE="$mode" "build/$mode/comity" \
	"build/$mode/verify/export" >/dev/null
tmp=$(mktemp -d /tmp/comity-verify-XXXXXX)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
failed=0

ok() { echo "ok   $*"; }
fail() { echo "FAIL $*"; failed=1; }

# Flip the lowest bit of the byte at OFFSET; again, and it is as before.
flip() { # FILE OFFSET
	byte=$(od -An -tu1 -j"$2" -N1 "$1")
	printf "\\$(printf %03o $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

size() { wc -c <"$1"; }

# How often VERIFIER refuses when one byte of FILE is altered, at FIRST and each STEP further.
refuses() { # NAME FILE FIRST STEP VERIFIER...
	name=$1 file=$2 at=$3 step=$4 tried=0 held=""
	shift 4
	while [ "$at" -lt "$(size "$file")" ]; do
		flip "$file" "$at"
		if "$@" >"$tmp/said" 2>&1; then held="$held $at"; fi
		flip "$file" "$at"
		tried=$((tried + 1)) at=$((at + step))
	done
	if [ "$tried" = 0 ] || [ -n "$held" ]; then
		fail "$name: of $tried alterations these were not seen:$held"
	elif ! "$@" >"$tmp/said" 2>&1; then
		fail "$name: refused what is whole again"; cat "$tmp/said"
	else
		ok "$name: $tried alterations seen"
	fi
}

accepts() { # NAME VERIFIER...
	name=$1
	shift
	if "$@" >"$tmp/said" 2>&1; then ok "$name accepts"; else
		fail "$name refuses what is whole"; cat "$tmp/said"
	fi
}

"$build/verify/export" "$tmp" 300
cd "$tmp"
record=record/77.json
sigsum=record/77.sigsum-proof
tlog=record/77.tlog-proof

by_shell() { "$here/../../tools/verify.sh" $record $sigsum log.pem recorder.pem; }
by_comity() { "$build/comity" verify --record $record --proof $sigsum --key keys --policy policy; }
by_comity_tlog() { "$build/comity" verify --record $record --proof $tlog --key all-keys; }
by_data() { "$build/comity" verify --data data; }

accepts "verify.sh" by_shell
accepts "comity verify, .sigsum-proof" by_comity
accepts "comity verify, .tlog-proof" by_comity_tlog
accepts "comity verify --data" by_data

# The exit status says what kind of "no" it is.
status() { # WANT ARGUMENTS...
	want=$1 got=0
	shift
	"$build/comity" verify "$@" >said 2>&1 || got=$?
	[ "$got" = "$want" ] || { fail "comity verify $*: status $got, not $want"; cat said; }
}
status 2
status 2 --record $record
status 2 --data data --record $record --proof $sigsum
status 2 --record $record --proof $sigsum --key no-key
status 3 --data nowhere
status 3 --record nowhere --proof $sigsum --key keys
status 1 --record $record --proof $sigsum
status 1 --record record/78.json --proof $sigsum --key all-keys
status 1 --record $record --proof $record --key all-keys
status 0 --record $record --proof $sigsum --key "$(sed 's/ [a-z]*$//' all-keys | paste -sd,)"
ok "comity verify: exit status"

# The private key file is read by the tools of others.
same_key() { openssl pkey -in recorder.key -pubout | cmp - recorder.pem; }
accepts "openssl, private key file" same_key
if command -v ssh-keygen >/dev/null; then
	ssh_key() { ssh-keygen -y -f recorder.key | cut -d" " -f1,2 | grep -F -f - keys; }
	accepts "ssh-keygen, private key file" ssh_key
fi

# Two of three witnesses have signed: enough where two are wanted, too few where all are.
comity_cosigned() {
	"$build/comity" verify --record record/1.json --proof "cosigned.$1" --key keys --policy "$2"
}
accepts "comity verify, two witnesses, .sigsum-proof" comity_cosigned sigsum-proof policy-2of3
accepts "comity verify, two witnesses, .tlog-proof" comity_cosigned tlog-proof policy-2of3
for kind in sigsum-proof tlog-proof; do
	if comity_cosigned $kind policy-3of3 >said 2>&1; then
		fail "comity verify: two of three witnesses were enough for three"
	else
		ok "comity verify, .$kind: two witnesses are too few for three"
	fi
done

# A bundle of several acts: any tar takes it apart, and what comes out is what one act has.
by_bundle() { "$build/comity" verify --bundle bundle.tar --key keys --policy policy; }
bundled() { # VERIFIER: accepts each act of the bundle
	rm -rf apart && mkdir apart && tar -xf bundle.tar -C apart || return 1
	[ "$(ls apart | wc -l)" = 9 ] || return 1
	for of in apart/*.json; do "$1" "$of" "${of%.json}.sigsum-proof" || return 1; done
}
shell_one() { "$here/../../tools/verify.sh" "$1" "$2" log.pem "$(signer "$1")"; }
signer() { # the third of three acts is under the seal
	seq=${1##*/} seq=${seq%.json}
	if [ $((seq % 3)) = 0 ]; then echo seal.pem; else echo recorder.pem; fi
}
by_bundle_shell() { bundled shell_one; }
accepts "comity verify --bundle" by_bundle
accepts "tar and verify.sh, bundle" by_bundle_shell
status 1 --bundle bundle.tar
status 1 --bundle $record --key all-keys
status 2 --bundle bundle.tar --data data
status 3 --bundle nowhere --key all-keys
refuses "comity verify, bundle" bundle.tar 0 61 by_bundle
refuses "tar and verify.sh, record in a bundle" bundle.tar 612 1000000 by_bundle_shell

refuses "verify.sh, record" $record 0 40 by_shell
refuses "verify.sh, proof" $sigsum 0 97 by_shell
refuses "comity verify, record" $record 0 7 by_comity
refuses "comity verify, record" $record 0 7 by_comity_tlog
refuses "comity verify, .sigsum-proof" $sigsum 0 13 by_comity
refuses "comity verify, .tlog-proof" $tlog 0 11 by_comity_tlog

# The store, a byte of a column at a time: table, column, row, hexadecimal digit.
in_store() {
	sql="SELECT hex(CAST($2 AS BLOB)) FROM $1 WHERE $3"
	was=$(sqlite3 data/db/comity.sqlite3 "$sql")
	other=1
	if [ "$(printf %s "$was" | cut -c "$4")" = 1 ]; then other=2; fi
	now=$(printf %s "$was" | sed "s/^\(.\{$(($4 - 1))\}\)./\1$other/")
	type=BLOB
	case $2 in record | note) type=TEXT ;; esac
	sqlite3 data/db/comity.sqlite3 "UPDATE $1 SET $2 = CAST(x'$now' AS $type) WHERE $3"
	if by_data >said 2>&1; then fail "comity verify --data, $1.$2: not seen"; else seen=$((seen + 1)); fi
	sqlite3 data/db/comity.sqlite3 "UPDATE $1 SET $2 = CAST(x'$was' AS $type) WHERE $3"
}
if command -v sqlite3 >/dev/null; then
	seen=0
	for digit in 2 64 120; do
		in_store act_record record "seq = 150" $digit
		in_store ledger_leaf leaf "idx = 149" $digit
		in_store ledger_checkpoint note "size = 200" $digit
	done
	in_store ledger_leaf hash "idx = 256" 64
	in_store ledger_node hash "idx = 0" 64
	in_store ledger_key key "name = 'recorder'" 1
	accepts "comity verify --data, again" by_data
	ok "comity verify --data: $seen alterations seen"
else
	echo "skip comity verify --data: sqlite3 is not installed"
fi

if command -v go >/dev/null && [ -d /usr/share/gocode/src/golang.org/x/mod/sumdb/tlog ]; then
	GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="$build/verify/gocache" GOFLAGS=-mod= \
		go build -o "$tmp/go" "$here/verify.go"
	by_go() { ./go log "$(cat log.vkey)" record keys; }
	accepts "verify.go" by_go
	refuses "verify.go, record" $record 0 31 by_go
	refuses "verify.go, checkpoint" log/checkpoint 0 23 by_go
	refuses "verify.go, leaves" log/tile/entries/000 2 1777 by_go
	refuses "verify.go, leaves" log/tile/entries/001.p/44 0 611 by_go
	refuses "verify.go, tile" log/tile/0/000 0 541 by_go
	refuses "verify.go, tile" log/tile/0/001.p/44 0 101 by_go
	refuses "verify.go, tile" log/tile/1/000.p/1 0 7 by_go
else
	echo "skip verify.go: golang-go and golang-golang-x-mod-dev are not installed"
fi

# sigsum-verify, if need be from backports by an apt configuration of its own, not installed.
find_sigsum() {
	if command -v sigsum-verify; then return; fi
	kept="$build/verify/sigsum"
	if [ ! -x "$kept/usr/bin/sigsum-verify" ]; then
		mkdir -p "$kept/lists/partial" "$kept/cache/archives/partial"
		echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
			"http://deb.debian.org/debian bookworm-backports main" >"$kept/sources.list"
		set -- -o Dir::Etc::sourcelist="$kept/sources.list" -o Dir::Etc::sourceparts=- \
			-o Dir::State::lists="$kept/lists" -o Dir::Cache="$kept/cache" \
			-o Debug::NoLocking=1 -o Acquire::Retries=0 -o Acquire::http::Timeout=10
		(cd "$kept" && apt-get "$@" -q update && apt-get "$@" -q download sigsum-go &&
			dpkg-deb -x sigsum-go_*.deb .) >"$kept/log" 2>&1 || return 0
		rm -rf "$kept/lists" "$kept/cache"
	fi
	echo "$kept/usr/bin/sigsum-verify"
}
sigsum_verify=$(find_sigsum)
if [ -n "$sigsum_verify" ]; then
	by_sigsum() { "$sigsum_verify" -k keys -p policy $sigsum <$record; }
	accepts "sigsum-verify" by_sigsum
	sigsum_key() {
		"$(dirname "$sigsum_verify")/sigsum-key" sign -k recorder.key -o signature <$record
		"$(dirname "$sigsum_verify")/sigsum-key" to-vkey -k recorder.pub >/dev/null
		"$(dirname "$sigsum_verify")/sigsum-key" verify -k recorder.pub -s signature <$record
	}
	head -1 keys >recorder.pub
	accepts "sigsum-key, private key file" sigsum_key
	sigsum_one() { "$sigsum_verify" -k keys -p policy "$2" <"$1"; }
	by_bundle_sigsum() { bundled sigsum_one; }
	accepts "tar and sigsum-verify, bundle" by_bundle_sigsum
	refuses "sigsum-verify, record" $record 0 11 by_sigsum
	refuses "sigsum-verify, proof" $sigsum 0 29 by_sigsum
	sigsum_cosigned() {
		"$sigsum_verify" -k keys -p "$1" cosigned.sigsum-proof <record/1.json
	}
	accepts "sigsum-verify, two witnesses" sigsum_cosigned policy-2of3
	if sigsum_cosigned policy-3of3 >said 2>&1; then
		fail "sigsum-verify: two of three witnesses were enough for three"
	else
		ok "sigsum-verify: two witnesses are too few for three"
	fi
else
	echo "skip sigsum-verify: it is not installed and backports cannot be reached"
fi
exit $failed
