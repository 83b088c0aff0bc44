#!/bin/sh
# Checks every #include of src/ against src/LAYERS; prints file and line of each that breaks it.
set -eu
cd "$(dirname "$0")/.."
grep -rn '^[[:space:]]*#[[:space:]]*include' src --include='*.c' --include='*.h' | awk '
	FNR == NR {
		line = $0; sub(/#.*/, "", line); if (line !~ /:/) next
		n = index(line, ":"); name = substr(line, 1, n - 1); rest = substr(line, n + 1)
		gsub(/[ \t]/, "", name)
		if (name ~ /^</) { lib[++libs] = name; who[libs] = " " rest " "; next }
		count = split(rest, words, /[ \t]+/)
		for (i = 1; i <= count; i++) if (words[i] != "") {
			if (!(words[i] in known)) { print "src/LAYERS: " name " names " words[i] " before it is defined"; bad = 1 }
			may[name, words[i]] = 1
		}
		known[name] = 1; may[name, name] = 1; next
	}
	{
		split($0, part, ":"); file = part[1]; at = part[2]
		inc = $0; sub(/^[^#]*#[ \t]*include[ \t]*/, "", inc); sub(/[ \t]*(\/\*.*)?$/, "", inc)
		split(file, dirs, "/"); module = dirs[2]; stem = module "/" dirs[3]; sub(/\.[ch]$/, "", stem)
		if (!(module in known)) { print file ": the module " module " is not in src/LAYERS"; bad = 1; next }
		if (inc ~ /^"/) {
			target = inc; gsub(/"/, "", target); if (target ~ /^gen\//) next
			if (target !~ /\//) { print file ":" at ": include by module: \"" module "/" target "\""; bad = 1; next }
			sub(/\/.*/, "", target)
			if (!((module, target) in may)) { print file ":" at ": " module " may not include " target; bad = 1 }
		} else for (i = 1; i <= libs; i++) if (index(inc, lib[i]) == 1) {
			if (index(who[i], " " module " ") == 0 && index(who[i], " " stem " ") == 0) {
				print file ":" at ": " module " may not include " inc; bad = 1 }
		}
	}
	END { exit bad }' src/LAYERS -
