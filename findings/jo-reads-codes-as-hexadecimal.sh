#!/usr/bin/env bash
# jo, with which shell scripts make JSON, turns the code `0X1F2A3B` into the number 2042427 and `0X1P5` into 32.
#
# Seen with Debian's jo 1.9-1 on Linux x86_64. That it guesses types is well known; that a number is what C's `strtod`
# takes, as its manual says in passing, means hexadecimal ones too, and those with an exponent behind a `P`, which JSON does
# not have. Lower case is the same. The words for infinity and for no number stay text, and so does `0b11`. `-s` before the
# word keeps it text.
# About 16 in a million of Usher's random codes of 8 characters look so. A script that claims them with bodies made by jo
# gets 422 for them, for a code has to be text: without `-s` it works for months and then fails for one guest.
#
# Needs apt-get and dpkg. Installs nothing: the package is unpacked into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download jo=1.9-1 >/dev/null 2>&1
dpkg -x ./jo_*.deb root

{
    for code in SPRING 0X1F2A3B 0x1f2a3b 0X1P5 0XFP10 0b11 INF NAN; do
        echo "$code -> $(root/usr/bin/jo code="$code")"
    done
    echo "0X1F2A3B with -s -> $(root/usr/bin/jo -- -s code=0X1F2A3B)"
} | tee seen
diff seen - <<'TEXT' || { echo "changed since jo 1.9 was looked at" >&2; exit 1; }
SPRING -> {"code":"SPRING"}
0X1F2A3B -> {"code":2042427}
0x1f2a3b -> {"code":2042427}
0X1P5 -> {"code":32}
0XFP10 -> {"code":15360}
0b11 -> {"code":"0b11"}
INF -> {"code":"INF"}
NAN -> {"code":"NAN"}
0X1F2A3B with -s -> {"code":"0X1F2A3B"}
TEXT
