#!/usr/bin/env bash
# Miller writes a cell such as `0x1F`, `0b11`, `.5` or `5.` bare into JSON, which is then no JSON.
#
# Seen with Debian's miller 6.6.0-2+b3 on Linux x86_64. Miller writes a text that looks like a number to it as it stood, without
# quotes, also where JSON knows no such number: hexadecimal, binary and octal ones, those that begin or end with the point.
# Exit status 0; a JSON reader refuses the output. `-A` and `-O` change nothing; `-S`, by which no cell is a number, avoids
# it.
# About 15 in a million of Usher's random codes of 8 characters begin with `0X` and have only hexadecimal digits after it:
# turn a CSV export into JSON with `mlr -S`, or export ndjson, where every code is in quotes.
#
# Needs python3, apt-get and dpkg. Installs nothing: the package is unpacked into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download miller=6.6.0-2+b3 >/dev/null 2>&1
dpkg -x ./miller_*.deb root

{
    for code in SPRING 0123 1E5 0x1F 0X1F2A3B 0b11 0o17 .5 5.; do
        printf 'code,max_uses\n%s,3\n' "$code" >codes.csv
        written=$(root/usr/bin/mlr --icsv --ojsonl cat codes.csv)
        python3 -c 'import json, sys; json.loads(sys.argv[1])' "$written" 2>/dev/null && verdict="JSON" || verdict="no JSON"
        echo "$code -> $written: $verdict"
    done
    for flag in -S -A -O; do
        printf 'code,max_uses\n0x1F,3\n' >codes.csv
        echo "with $flag $(root/usr/bin/mlr $flag --icsv --ojsonl cat codes.csv)"
    done
} | tee seen
diff seen - <<'TEXT' || { echo "changed since miller 6.6.0 was looked at" >&2; exit 1; }
SPRING -> {"code": "SPRING", "max_uses": 3}: JSON
0123 -> {"code": "0123", "max_uses": 3}: JSON
1E5 -> {"code": 1E5, "max_uses": 3}: JSON
0x1F -> {"code": 0x1F, "max_uses": 3}: no JSON
0X1F2A3B -> {"code": 0X1F2A3B, "max_uses": 3}: no JSON
0b11 -> {"code": 0b11, "max_uses": 3}: no JSON
0o17 -> {"code": 0o17, "max_uses": 3}: no JSON
.5 -> {"code": .5, "max_uses": 3}: no JSON
5. -> {"code": 5., "max_uses": 3}: no JSON
with -S {"code": "0x1F", "max_uses": "3"}
with -A {"code": 0x1F, "max_uses": 3}
with -O {"code": 0x1F, "max_uses": 3}
TEXT
