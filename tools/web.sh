#!/bin/sh
# tools/web.sh install|build: the front, with a Node.js that Vite takes (20.19 or later).
# Debian 12's own is older: then the one from npm's package "node" is used, kept in build/node.
set -eu
cd "$(dirname "$0")/.."

fits() {
	"$1" -e 'const [a, b] = process.versions.node.split(".").map(Number);
process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

command -v npm >/dev/null || { echo "web: npm is missing; tools/setup.sh web installs it" >&2; exit 1; }
if ! fits node; then
	fits build/node/node_modules/.bin/node || {
		echo "web: getting Node.js 22 from npm, since $(node --version) is too old for Vite"
		npm install --silent --no-audit --no-fund --prefix build/node node@22
	}
	PATH="$PWD/build/node/node_modules/.bin:$PATH"
fi
cd web
case $1 in
install) npm ci --silent --no-audit --no-fund ;;
build)
	echo "web  building the front"
	node node_modules/typescript/bin/tsc --noEmit
	# Beside its place, so that what is there is whole.
	node node_modules/vite/bin/vite.js build
	rm -rf dist
	mv dist.new dist
	touch dist/files.json
	;;
*) echo "tools/web.sh install|build" >&2; exit 2 ;;
esac
