#!/usr/bin/env bash
# LMDB answers "Input/output error" where there is no room for all of a commit, as if the disk were broken.
#
# Seen with lmdb 3.0.0 of PyPI (LMDB 0.9.36) on Linux x86_64, and with Debian's LMDB 0.9.24 on a full tmpfs and a full ext4.
# The pages of a commit go out in writes of up to 64 pages. A write that finds no room at all fails, and its own error is
# told ("File too large" below a limit on the file's size, "No space left on device" on a full disk). A write that finds
# room for a part of its pages is short, and LMDB makes EIO of it. Nothing of the commit is kept in either case, and the
# same transaction succeeds when there is room. The limit on the file's size stands for the disk here: it needs no root.
# A server that stops for good at EIO stops at a full disk. `errno` tells: it is EIO only if a system call failed. Usher
# looks at it and tries the commit again when there is room (docs/decisions/0045-full-disk-behind-the-journal.md).
#
# Needs python3 with venv and pip; the package goes into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check lmdb==3.0.0

cat >program.py <<'PYTHON'
import os
import resource

import lmdb


def commit(environment):
    """Commits 200 records of 1,000 bytes; gives what LMDB says of it."""
    try:
        with environment.begin(write=True) as transaction:
            for number in range(200):
                transaction.put(b"%06d" % number, b"x" * 1000)
        return "committed"
    except lmdb.Error as error:
        return str(error)


print("LMDB", ".".join(map(str, lmdb.version())))
for pages in (0, 1, 10, 30):
    environment = lmdb.open("data%d" % pages, map_size=1 << 26)
    with environment.begin(write=True) as transaction:
        transaction.put(b"a", b"b")
    size = os.path.getsize("data%d/data.mdb" % pages)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 4096 * pages, resource.RLIM_INFINITY))
    short = commit(environment)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print("room for", pages, "pages:", short + "; with room:", commit(environment))
PYTHON
venv/bin/python program.py | tee seen
diff seen - <<TEXT || { echo "changed since lmdb 3.0.0 was looked at" >&2; exit 1; }
LMDB 0.9.36
room for 0 pages: mdb_txn_commit: File too large; with room: committed
room for 1 pages: mdb_txn_commit: Input/output error; with room: committed
room for 10 pages: mdb_txn_commit: Input/output error; with room: committed
room for 30 pages: mdb_txn_commit: Input/output error; with room: committed
TEXT
