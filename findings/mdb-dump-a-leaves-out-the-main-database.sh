#!/usr/bin/env bash
# `mdb_dump -a` leaves out the records of the main database, and no dump of an environment with both brings both back.
#
# Seen with Debian's lmdb-utils and liblmdb0 0.9.24-1, and lmdb 3.0.0 of PyPI as the writer, on Linux x86_64. An environment
# may hold records in its main database and named databases too. `-a`, "all", writes the named ones only: loaded again, the
# record of the main database is gone, exit status 0 throughout. Without `-a` the main database is written, but with the 48
# bytes of each named database's root as if they were a record; loaded, the name is a plain record, and the database of that
# name cannot be opened in the copy. `mdb_copy` keeps everything.
# All of Usher's tables are named databases.
#
# Needs python3 with venv and pip, apt-get and dpkg. Installs nothing: all goes into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
version=0.9.24-1
apt-get download "lmdb-utils=$version" "liblmdb0=$version" >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(dirname "$(find "$folder/root" -name 'liblmdb.so.0*' | head -n 1)")
export LD_LIBRARY_PATH PATH="$folder/root/usr/bin:$PATH"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check lmdb==3.0.0

cat >write.py <<'PYTHON'
import lmdb

environment = lmdb.open("first", max_dbs=2)
codes = environment.open_db(b"codes")
with environment.begin(write=True) as transaction:
    transaction.put(b"version", b"1")
    transaction.put(b"SPRING", b"3", db=codes)
PYTHON
cat >read.py <<'PYTHON'
import sys
import lmdb

environment = lmdb.open(sys.argv[1], max_dbs=2, readonly=True)
with environment.begin() as transaction:
    version = transaction.get(b"version")
try:
    codes = environment.open_db(b"codes", create=False)
    with environment.begin(db=codes) as transaction:
        spring = transaction.get(b"SPRING")
except lmdb.Error as error:
    spring = type(error).__name__
print("%s: version in the main database %s, SPRING in codes %s" % (sys.argv[2], version, spring))
PYTHON
venv/bin/python write.py
mkdir all main copy
mdb_dump -a first | mdb_load all 2>/dev/null
mdb_dump first | mdb_load main 2>/dev/null
mdb_copy first copy
{
    venv/bin/python read.py first "written"
    venv/bin/python read.py all "mdb_dump -a | mdb_load"
    venv/bin/python read.py main "mdb_dump | mdb_load"
    venv/bin/python read.py copy "mdb_copy"
} | tee seen
diff seen - <<'TEXT' || { echo "changed since lmdb-utils 0.9.24-1 was looked at" >&2; exit 1; }
written: version in the main database b'1', SPRING in codes b'3'
mdb_dump -a | mdb_load: version in the main database None, SPRING in codes b'3'
mdb_dump | mdb_load: version in the main database b'1', SPRING in codes IncompatibleError
mdb_copy: version in the main database b'1', SPRING in codes b'3'
TEXT
