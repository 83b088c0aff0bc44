#!/bin/sh
# tools/run.sh COMITY CHARTER DATA: make the data folder when there is none, and serve it.
set -eu
cd "$(dirname "$0")/.."
comity=$1
charter=${2:-charters/union-of-six.yaml}
data=${3:-build/data/$(basename "$charter" .yaml)}
if [ ! -e "$data/format" ]; then
	mkdir -p "$(dirname "$data")"
	"$comity" init --data "$data" --charter "$charter" --demo
fi
exec "$comity" serve --data "$data" --demo
