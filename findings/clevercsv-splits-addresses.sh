#!/usr/bin/env bash
# CleverCSV splits a list of e-mail addresses at the `@`.
#
# Seen with clevercsv 0.8.5 of PyPI and Python 3.11 on Linux x86_64. A file of one column, `email`, is a valid CSV file
# without any separator in it. Its detection takes `@` for the separator, with 2 rows as with 100, so every address becomes
# two cells and the head has one name for them; `read_dicts` puts the domains under the key None. A column of times is split
# at `:` in the same way. A second column, even an empty one, is enough for it to find the comma.
# An import of a waitlist into Usher looks for comma, semicolon or tab only.
#
# Needs python3 of 3.11 with venv and pip; the package goes into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check clevercsv==0.8.5

cat >program.py <<'PYTHON'
import clevercsv

files = {
    "addresses": ["email"] + ["guest%d@mail.example" % row for row in range(100)],
    "times": ["joined_at"] + ["2026-11-28T10:%02d:00Z" % row for row in range(60)],
    "addresses and nothing": ["email,name"] + ["guest%d@mail.example," % row for row in range(100)],
}
for name, lines in files.items():
    with open("list.csv", "w") as file:
        file.write("\n".join(lines) + "\n")
    print(name, clevercsv.read_table("list.csv")[:2], [dict(row) for row in clevercsv.read_dicts("list.csv")[:1]])
PYTHON
venv/bin/python program.py | tee seen
diff seen - <<'TEXT' || { echo "changed since clevercsv 0.8.5 was looked at" >&2; exit 1; }
addresses [['email'], ['guest0', 'mail.example']] [{'email': 'guest0', None: ['mail.example']}]
times [['joined_at'], ['2026-11-28T10', '00', '00Z']] [{'joined_at': '2026-11-28T10', None: ['00', '00Z']}]
addresses and nothing [['email', 'name'], ['guest0@mail.example', '']] [{'email': 'guest0@mail.example', 'name': ''}]
TEXT
