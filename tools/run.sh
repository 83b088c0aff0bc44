#!/bin/sh
# tools/run.sh COMITY CHARTER DATA: make the data folder when there is none, and serve it.
# LAN=1: others on the local network may join it.
# The invented Union of Six gets a year of acts that ends today, played by the rules.
set -eu
cd "$(dirname "$0")/.."
comity=$1
charter=${2:-charters/union-of-six.yaml}
data=${3:-build/data/$(basename "$charter" .yaml)}
year=scenarios/year.jsonl
if [ ! -e "$data/format" ]; then
	mkdir -p "$(dirname "$data")"
	if [ "$charter" = charters/union-of-six.yaml ]; then
		# Made beside its place, so that what is there is whole.
		rm -rf "$data.new"
		"$comity" init --data "$data.new" --charter "$charter" --demo \
			--clock "$(date -u -d '-365 days' +%Y-%m-%dT08:00:00Z)"
		echo "playing a year of acts ($year)"
		"$comity" play --quiet --data "$data.new" "$year"
		mv "$data.new" "$data"
	else
		"$comity" init --data "$data" --charter "$charter" --demo
	fi
fi
exec "$comity" serve --data "$data" --demo ${LAN:+--lan}
