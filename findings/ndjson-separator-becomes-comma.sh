#!/usr/bin/env bash
# `ndjson.loads` turns U+2028, U+2029 and U+0085 inside a string into a comma, without an error.
#
# Seen with ndjson 0.3.1 of PyPI and Python 3.11 on Linux x86_64. JSON allows these characters unescaped in a string, and a
# line of ndjson ends at U+000A only. The library cuts at everything that Python's `splitlines` takes for the end of a line,
# and puts a comma for each cut, so the text comes back changed, as does what its own `dumps` wrote with
# `ensure_ascii=False`. `ndjson.load` is the same; `ndjson.reader` reads the same bytes right.
# Usher writes such characters of labels and metadata as they were given, unescaped, in its ndjson exports: read them with
# `ndjson.reader` or a line at a time with `json.loads`.
#
# Needs python3 of 3.11 with venv and pip; the package goes into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ndjson==0.3.1

cat >program.py <<'PYTHON'
import io
import json
import ndjson

for character in ("\u2028", "\u2029", "\u0085"):
    text = '{"label": "Early%sbird"}\n' % character
    print(
        "U+%04X" % ord(character),
        "json.loads:", ascii(json.loads(text)["label"]),
        "ndjson.loads:", ascii(ndjson.loads(text)[0]["label"]),
        "ndjson.reader:", ascii(next(ndjson.reader(io.StringIO(text, newline="\n")))["label"]),
    )
rows = [{"label": "Early\u2028bird"}]
print("read again what it wrote:", ascii(ndjson.loads(ndjson.dumps(rows, ensure_ascii=False))))
PYTHON
venv/bin/python program.py | tee seen
diff seen - <<'TEXT' || { echo "changed since ndjson 0.3.1 was looked at" >&2; exit 1; }
U+2028 json.loads: 'Early\u2028bird' ndjson.loads: 'Early,bird' ndjson.reader: 'Early\u2028bird'
U+2029 json.loads: 'Early\u2029bird' ndjson.loads: 'Early,bird' ndjson.reader: 'Early\u2029bird'
U+0085 json.loads: 'Early\x85bird' ndjson.loads: 'Early,bird' ndjson.reader: 'Early\x85bird'
read again what it wrote: [{'label': 'Early,bird'}]
TEXT
