#!/bin/sh
# tests/lib/pg.sh COMMAND...: run a command beside a private PostgreSQL cluster on a socket in
# a temporary folder; the command finds it in $COMITY_TEST_PG and its folder in $PG_DIR.
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
PG_DIR=$(mktemp -d /tmp/comity-pg-XXXXXX)
run=""
if [ "$(id -u)" = 0 ]; then
	chown nobody "$PG_DIR"
	run="setpriv --reuid=nobody --regid=nogroup --clear-groups"
fi
cd /
$run "$bin/initdb" -D "$PG_DIR/data" -A trust -U comity --no-locale -E UTF8 >"$PG_DIR/log" 2>&1 ||
	{ cat "$PG_DIR/log"; exit 1; }
trap '$run "$bin/pg_ctl" -D "$PG_DIR/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$PG_DIR"' EXIT
trap 'exit 130' INT TERM
PG_CTL="$run $bin/pg_ctl -D $PG_DIR/data -w -l $PG_DIR/server.log -o '-k $PG_DIR -h \"\"'"
eval "$PG_CTL start" >/dev/null
cd - >/dev/null
COMITY_TEST_PG="postgresql:///postgres?host=$PG_DIR&user=comity"
export COMITY_TEST_PG PG_DIR PG_CTL
"$@"
