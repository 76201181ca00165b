#!/usr/bin/env bash
# http_sfv gives a Date of a structured field as the wall clock of the machine, and two an hour apart can be equal.
#
# Seen with http_sfv 0.9.9 of PyPI and Python 3.11 on Linux x86_64. `@1795896000` (RFC 9651) is an instant. Its value is a
# `datetime` without a zone, in whatever zone the process runs: 20:00, 21:00 or 15:00. Compared with a time in UTC without a
# zone it is off by hours, compared with one that has a zone it raises, and where the clocks go back two Dates an hour apart
# have equal values. Written again each is the right number.
# Usher's own fields have no Date in them; times in its bodies are RFC 3339 with a Z.
#
# Needs python3 of 3.11 with venv and pip; the packages go into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check http_sfv==0.9.9

cat >program.py <<'PYTHON'
import os
import time

import http_sfv


def date(text):
    item = http_sfv.Item()
    item.parse(text)
    return item


for zone in ("UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0"):
    os.environ["TZ"] = zone
    time.tzset()
    item = date(b"@1795896000")
    print(zone, item, item.value.isoformat(), "zone:", item.value.tzinfo)
    if zone.startswith("CET"):
        first, second = date(b"@1792888200"), date(b"@1792891800")
        print("  %s and %s equal: %s, apart: %s" % (first, second, first.value == second.value, second.value - first.value))
PYTHON
venv/bin/python program.py | tee seen
diff seen - <<'TEXT' || { echo "changed since http_sfv 0.9.9 was looked at" >&2; exit 1; }
UTC0 @1795896000 2026-11-28T20:00:00 zone: None
CET-1CEST,M3.5.0,M10.5.0/3 @1795896000 2026-11-28T21:00:00 zone: None
  @1792888200 and @1792891800 equal: True, apart: 0:00:00
EST5EDT,M3.2.0,M11.1.0 @1795896000 2026-11-28T15:00:00 zone: None
TEXT
