#!/bin/sh
# Every table of measured figures; see tools/bench.py.
exec python3 "$(dirname "$0")/bench.py" "$@"
