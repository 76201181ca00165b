#!/usr/bin/env bash
# tablib reads a list of JSON objects by the position of their members, not by their names.
#
# Seen with tablib 3.10.0 of PyPI and Python 3.11 on Linux x86_64: the names of the first object become the columns, and of
# each later object the values are put in their order into these. An object whose members come in another order, which is
# the same object to JSON, has its values in the wrong columns: a code under `max_uses` and a number under `code`. There is
# no error as long as the number of members is the same. The YAML format and the `dict` property do likewise.
# Usher writes the members of its rows always in the same order; rows put together from other sources need not be.
#
# Needs python3 of 3.11 with venv and pip; the package goes into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check tablib==3.10.0 PyYAML==6.0.4

cat >program.py <<'PYTHON'
import tablib

rows = '[{"code": "SPRING", "max_uses": 3}, {"max_uses": 5, "code": "SUMMER"}]'
print(tablib.Dataset().load(rows, format="json").export("csv"), end="")
rows = "- {code: SPRING, max_uses: 3}\n- {max_uses: 5, code: SUMMER}\n"
print(tablib.Dataset().load(rows, format="yaml").dict)
PYTHON
venv/bin/python program.py | tr -d '\r' | tee seen
diff seen - <<'TEXT' || { echo "changed since tablib 3.10.0 was looked at" >&2; exit 1; }
code,max_uses
SPRING,3
5,SUMMER
[{'code': 'SPRING', 'max_uses': 3}, {'code': 5, 'max_uses': 'SUMMER'}]
TEXT
