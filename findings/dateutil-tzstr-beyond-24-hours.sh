#!/usr/bin/env bash
# dateutil reads a TZ string whose change comes more than 24 hours into a day as another day, days too early or too late.
#
# Seen with python-dateutil 2.9.0.post0 of PyPI and Python 3.11 on Linux x86_64, beside glibc. Zone files end with such a
# string for the years to come (RFC 8536): Gaza's clocks change 50 hours into the fourth Thursday of March, which is a
# Saturday. `tz.tzstr` takes it without an error, adds the two days before it looks for the Thursday, and has the change two
# days too early or five days too late; Jerusalem's `/26` likewise by one or six. Strings with hours up to 24 are read
# right.
# Usher's series by `tz` are to go by the system's zone files: do not check those of such a zone against `tzstr`.
#
# Needs python3 of 3.11 with venv and pip; the packages go into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check python-dateutil==2.9.0.post0

cat >program.py <<'PYTHON'
import datetime
import os
import time

from dateutil import tz


def changes(offset):
    """The days of 2027 to 2029 in UTC on which the offset is another one than an hour before."""
    found = []
    hour = 1798761600
    while hour < 1893456000:
        if offset(hour) != offset(hour - 3600):
            found.append(datetime.datetime.fromtimestamp(hour, datetime.timezone.utc).strftime("%F %H"))
        hour += 3600
    return found


for name, text in (
    ("Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"),
    ("Gaza", "EET-2EEST,M3.4.4/50,M10.4.4/50"),
    ("Jerusalem", "IST-2IDT,M3.4.4/26,M10.5.0"),
):
    os.environ["TZ"] = text
    time.tzset()
    zone = tz.tzstr(text)
    print(name, text)
    print("  glibc   ", changes(lambda hour: time.localtime(hour).tm_gmtoff))
    print("  dateutil", changes(lambda hour: datetime.datetime.fromtimestamp(hour, zone).utcoffset()))
PYTHON
venv/bin/python program.py | tee seen
diff seen - <<'TEXT' || { echo "changed since python-dateutil 2.9.0.post0 was looked at" >&2; exit 1; }
Berlin CET-1CEST,M3.5.0,M10.5.0/3
  glibc    ['2027-03-28 01', '2027-10-31 01', '2028-03-26 01', '2028-10-29 01', '2029-03-25 01', '2029-10-28 01']
  dateutil ['2027-03-28 01', '2027-10-31 01', '2028-03-26 01', '2028-10-29 01', '2029-03-25 01', '2029-10-28 01']
Gaza EET-2EEST,M3.4.4/50,M10.4.4/50
  glibc    ['2027-03-27 00', '2027-10-29 23', '2028-03-25 00', '2028-10-27 23', '2029-03-24 00', '2029-10-26 23']
  dateutil ['2027-03-25 00', '2027-10-27 23', '2028-03-30 00', '2028-10-25 23', '2029-03-29 00', '2029-10-24 23']
Jerusalem IST-2IDT,M3.4.4/26,M10.5.0
  glibc    ['2027-03-26 00', '2027-10-30 23', '2028-03-24 00', '2028-10-28 23', '2029-03-23 00', '2029-10-27 23']
  dateutil ['2027-03-25 00', '2027-10-30 23', '2028-03-23 00', '2028-10-28 23', '2029-03-29 00', '2029-10-27 23']
TEXT
