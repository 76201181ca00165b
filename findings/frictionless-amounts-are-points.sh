#!/usr/bin/env bash
# frictionless takes a column of amounts with a decimal comma for points on the globe.
#
# Seen with frictionless 5.21.0 of PyPI and Python 3.11 on Linux x86_64. The guess of a field's type tries "two numbers with
# a comma between them" before text: amounts as spreadsheets of half of Europe write them ("19,50", in a file with
# semicolons) are a `geopoint`, and what is read are pairs. That is so as long as no amount is over 180 and none has more
# than 90 cents, for such is a longitude and a latitude; with one row that has, the same column is text. `validate` is
# content with either. With the point as the decimal sign it is a number.
# Usher's import takes files with semicolons; they have no amounts in them.
#
# Needs python3 of 3.11 with venv and pip; the packages go into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check frictionless==5.21.0

cat >program.py <<'PYTHON'
import frictionless

files = {
    "comma": ("19,50", "4,75"),
    "comma, 99 cents": ("19,50", "4,99"),
    "comma, 250": ("19,50", "250,00"),
    "point": ("19.50", "4.75"),
}
for name, amounts in files.items():
    with open("rewards.csv", "w") as file:
        file.write("reward;amount\n" + "".join("R%d;%s\n" % row for row in enumerate(amounts)))
    resource = frictionless.describe("rewards.csv")
    rows = frictionless.extract("rewards.csv")["rewards"]
    amounts = [str(row["amount"]) for row in rows]
    print(name, resource.schema.get_field("amount").type, amounts, "valid:", frictionless.validate("rewards.csv").valid)
PYTHON
venv/bin/python program.py | tee seen
diff seen - <<'TEXT' || { echo "changed since frictionless 5.21.0 was looked at" >&2; exit 1; }
comma geopoint ['[19.0, 50.0]', '[4.0, 75.0]'] valid: True
comma, 99 cents string ['19,50', '4,99'] valid: True
comma, 250 string ['19,50', '250,00'] valid: True
point number ['19.50', '4.75'] valid: True
TEXT
