#!/bin/sh
# Verify a record with its proof, with nothing but sh, sed, sha256sum and openssl (3.0):
#
#	verify.sh RECORD RECORD.sigsum-proof LOG.pem SIGNER.pem
#
# LOG.pem and SIGNER.pem are the public keys of the log and of who signed the record; get them
# from somebody you trust, not from where the proof came from.
set -eu
record=$1 proof=$2 log_pem=$3 signer_pem=$4
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

no() { echo "$record does NOT hold: $*" >&2; exit 1; }
field() { sed -n "s/^$1=//p" "$proof"; }
hash() { sha256sum | cut -c 1-64; }
bytes() { # hexadecimal digits as bytes
	for byte in $(echo "$1" | sed 's/../0x& /g'); do
		printf "\\$(printf %03o "$byte")"
	done
}
key_hash() { openssl pkey -pubin -in "$1" -outform DER | tail -c 32 | hash; }
signed() { # does this key's signature hold over standard input?
	cat >"$tmp/message"
	bytes "$2" >"$tmp/signature"
	openssl pkeyutl -verify -pubin -inkey "$1" -rawin -in "$tmp/message" \
		-sigfile "$tmp/signature" >"$tmp/said" 2>&1
}

[ "$(field version)" = 2 ] && [ -z "$(tr -d 'a-z0-9_= \n' <"$proof")" ] ||
	no "the proof is no Sigsum proof of version 2"
leaf=$(field leaf) size=$(field size) root=$(field root_hash) index=$(field leaf_index)
leaf_key=${leaf% *} leaf_signature=${leaf#* }
case $size$index in *[!0-9]*) no "size and index are no numbers" ;; esac

# 1. The record was signed by its signer.
checksum=$(bytes "$(hash <"$record")" | hash)
[ "$leaf_key" = "$(key_hash "$signer_pem")" ] || no "another key signed it"
{ printf 'sigsum.org/v1/tree-leaf\000'; bytes "$checksum"; } |
	signed "$signer_pem" "$leaf_signature" || no "its signature is wrong"

# 2. The log signed its size and root.
[ "$(field log)" = "$(key_hash "$log_pem")" ] || no "it is in another log"
{ printf '%s\n' "sigsum.org/v1/tree/$(field log)" "$size"; bytes "$root" | openssl base64; } |
	signed "$log_pem" "$(field signature)" || no "the log's signature is wrong"

# 3. The path leads from the leaf to the root (RFC 6962, 2.1.1).
node=$(bytes "00$checksum$leaf_signature$leaf_key" | hash)
i=${index:-0} last=$((size - 1))
for sibling in $(field node_hash); do
	[ $last -gt 0 ] || no "the path is too long"
	while [ $i -eq $last ] && [ $((i % 2)) -eq 0 ]; do i=$((i / 2)) last=$((last / 2)); done
	if [ $((i % 2)) -eq 1 ]; then pair=$sibling$node; else pair=$node$sibling; fi
	node=$(bytes "01$pair" | hash)
	i=$((i / 2)) last=$((last / 2))
done
[ $last -eq 0 ] && [ "$node" = "$root" ] || no "the path does not lead to the root"
echo "$record holds: leaf ${index:-0} of $size"
