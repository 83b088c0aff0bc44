#!/bin/sh
# Run one unit test program; print one line, or everything it said when it fails.
set -u
name=$(basename "$1")
log="$1.log"
if CK_VERBOSITY=normal timeout "${UNIT_TIMEOUT:-240}" "$1" >"$log" 2>&1; then
	grep '^skip: ' "$log" || true
	echo "ok   $name ($(sed -n 's/^100%: Checks: \([0-9]*\),.*/\1/p' "$log"))"
else
	cat "$log"
	echo "FAIL $name"
	exit 1
fi
