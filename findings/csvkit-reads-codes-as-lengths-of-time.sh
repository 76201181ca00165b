#!/usr/bin/env bash
# csvkit reads codes such as `2D`, `12H` and `3W4D` as lengths of time and writes `2 days, 0:00:00` for them.
#
# Seen with csvkit 2.2.0, agate 1.14.2 and pytimeparse 1.1.10 of PyPI and Python 3.11 on Linux x86_64. The guess of a
# column's type tries lengths of time before text. Where every code of a column looks like one (a file of one code, a
# handful of short vanity codes), `csvjson` and `csvsort` write another text in its place, which is no code any more; quotes
# do not matter. `--no-inference` leaves it be.
# Usher takes such vanity codes, and its random codes may look so: read its exports with `--no-inference`.
#
# Needs python3 of 3.11 with venv and pip; the package goes into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check csvkit==2.2.0 agate==1.14.2 pytimeparse==1.1.10

{
    for code in 2D 12H 3W4D 5M7S 7K; do
        printf 'code,max_uses\n"%s",3\n' "$code" >codes.csv
        echo "$code csvjson $(venv/bin/csvjson codes.csv) csvsort $(venv/bin/csvsort -c max_uses codes.csv | tail -n 1)"
    done
    printf 'code,max_uses\n2D,3\n' >codes.csv
    echo "2D with --no-inference $(venv/bin/csvjson --no-inference codes.csv)"
} | tee seen
diff seen - <<'TEXT' || { echo "changed since csvkit 2.2.0 was looked at" >&2; exit 1; }
2D csvjson [{"code": "2 days, 0:00:00", "max_uses": 3.0}] csvsort "2 days, 0:00:00",3
12H csvjson [{"code": "12:00:00", "max_uses": 3.0}] csvsort 12:00:00,3
3W4D csvjson [{"code": "25 days, 0:00:00", "max_uses": 3.0}] csvsort "25 days, 0:00:00",3
5M7S csvjson [{"code": "0:05:07", "max_uses": 3.0}] csvsort 0:05:07,3
7K csvjson [{"code": "7K", "max_uses": 3.0}] csvsort 7K,3
2D with --no-inference [{"code": "2D", "max_uses": "3"}]
TEXT
