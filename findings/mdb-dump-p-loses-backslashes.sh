#!/usr/bin/env bash
# `mdb_dump -p` writes a backslash as it is, and `mdb_load` takes it for an escape: other bytes, or the rest is left out.
#
# Seen with Debian's lmdb-utils and liblmdb0 0.9.24-1 on Linux x86_64. The printable form writes other bytes as a backslash
# and two hexadecimal digits, but the backslash itself unescaped. Read back, the four bytes `a\b1` are the two `a` and 0xB1,
# without a word. Where no such digits follow the backslash in a key, the load ends there: a line about an unexpected end of
# input, but exit status 0, and neither the rest of that database nor any database after it is there. The form without `-p`
# goes round whole.
# Keys and values of Usher's tables are binary, so 0x5C is everywhere in them: leave `-p` to looking.
#
# Needs apt-get and dpkg. Installs nothing: the packages are unpacked into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
version=0.9.24-1
apt-get download "lmdb-utils=$version" "liblmdb0=$version" >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(dirname "$(find "$folder/root" -name 'liblmdb.so.0*' | head -n 1)")
export LD_LIBRARY_PATH PATH="$folder/root/usr/bin:$PATH"

hex() { printf %s "$1" | od -An -v -tx1 | tr -d ' \n'; }
# A dump of the database $1 with the keys and values that follow.
database() {
    printf '%s\n' VERSION=3 format=bytevalue "database=$1" type=btree mapsize=1048576 HEADER=END
    shift
    for item in "$@"; do echo " $(hex "$item")"; done
    echo DATA=END
}
records() {
    for name in a b c; do
        { mdb_dump -s "$name" "$1" 2>/dev/null || true; } |
            awk -v name="$name" '/^ / { text = text $0 } END { print name ":" text }'
    done
}
mkdir first by-bytes by-text
{ database a key 'a\b1'; database b 'x\y' 1 z 2; database c key last; } | mdb_load first
mdb_dump -a first >bytes.dump
mdb_dump -a -p first >text.dump
{
    echo "what is there"
    records first
    status=0
    mdb_load by-bytes <bytes.dump 2>said || status=$?
    echo "after mdb_dump -a | mdb_load, exit status $status"
    records by-bytes
    status=0
    mdb_load by-text <text.dump 2>said || status=$?
    echo "after mdb_dump -a -p | mdb_load, exit status $status, $(grep -o 'unexpected end of input' said)"
    records by-text
} | tee seen
diff seen - <<'TEXT' || { echo "changed since lmdb-utils 0.9.24-1 was looked at" >&2; exit 1; }
what is there
a: 6b6579 615c6231
b: 785c79 31 7a 32
c: 6b6579 6c617374
after mdb_dump -a | mdb_load, exit status 0
a: 6b6579 615c6231
b: 785c79 31 7a 32
c: 6b6579 6c617374
after mdb_dump -a -p | mdb_load, exit status 0, unexpected end of input
a: 6b6579 61b1
b:
c:
TEXT
