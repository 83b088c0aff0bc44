#!/bin/sh
# tools/fuzz.sh SECONDS [WORD]: every fuzz target (whose name holds the word) for so long, from
# its seeds in tests/fuzz/corpus and what earlier runs found in build/fuzz/corpus.
set -eu
cd "$(dirname "$0")/.."
failed=0
for source in tests/fuzz/*"${2:-}"*_fuzz.c; do
	name=$(basename "$source" _fuzz.c)
	found=build/fuzz/corpus/$name
	mkdir -p "$found" "tests/fuzz/corpus/$name"
	if "build/fuzz/fuzz/${name}_fuzz" -max_total_time="$1" -timeout=10 -rss_limit_mb=2048 \
		-artifact_prefix="build/fuzz/$name-" "$found" "tests/fuzz/corpus/$name" \
		>"build/fuzz/$name.log" 2>&1; then
		echo "ok   $name ($(sed -n 's/^Done \([0-9]*\) runs.*/\1 inputs/p' "build/fuzz/$name.log"))"
	else
		tail -30 "build/fuzz/$name.log"
		echo "FAIL $name: the input is in build/fuzz/$name-*"
		failed=1
	fi
done
exit $failed
