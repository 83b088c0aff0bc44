#!/bin/sh
# Install what is missing on a Debian 12 machine: tools/setup.sh GROUP...
# Needs root, or sudo; says what it installs.  Does nothing when everything is there.
set -eu
cd "$(dirname "$0")/.."
missing=""
for group in "$@"; do
	while read -r of package program; do
		[ "$of" = "$group" ] || continue
		case "$program" in
		@*) [ "$program" = "@$(dpkg --print-architecture)" ] || continue; program="" ;;
		esac
		[ -n "$program" ] && command -v "$program" >/dev/null && continue
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
			missing="$missing $package"
	done <tools/packages
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || {
		echo "setup: these packages are missing and neither root nor sudo is at hand:$missing" >&2
		exit 1
	}
	as_root=sudo
fi
echo "setup: installing$missing"
$as_root apt-get update -q >/dev/null
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -q --no-install-recommends $missing \
	>/tmp/comity-setup.$$.log 2>&1 || { tail -20 /tmp/comity-setup.$$.log >&2; exit 1; }
rm -f /tmp/comity-setup.$$.log
