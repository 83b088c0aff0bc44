#!/bin/sh
# tests/store/postgres_test.sh: the unit tests that touch the store, on PostgreSQL.
set -eu
cd "$(dirname "$0")/../.."
if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
	echo "skip postgres: postgresql is not installed"
	exit 0
fi
make -s --no-print-directory units >/dev/null
failed=0
for name in store_test ledger_log_test ledger_audit_test; do
	if said=$(tests/lib/pg.sh "build/debug/unit/$name" 2>&1); then
		echo "ok   postgres $name"
	else
		echo "FAIL postgres $name"
		echo "$said"
		failed=1
	fi
done
exit $failed
