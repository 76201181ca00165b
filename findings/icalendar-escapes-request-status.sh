#!/usr/bin/env bash
# icalendar reads `REQUEST-STATUS:2.0;Success` and writes `REQUEST-STATUS:2.0\;Success`, which has no description any more.
#
# Seen with icalendar 7.3.2 and vobject 0.9.9 of PyPI and Python 3.11 on Linux x86_64. The parts of this property (RFC 5545,
# 3.8.8.3), in which every answer to an invitation says how it was taken, are separated by bare semicolons. icalendar takes
# it for text, so that reading a file and writing it, with nothing changed, escapes them: vobject reads one part where there
# were three. Once more through icalendar it stays so. GEO and RRULE, which have semicolons too, come through.
# Usher writes no calendar files; a host that answers its invitations by them meets this.
#
# Needs python3 of 3.11 with venv and pip; the packages go into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check icalendar==7.3.2 vobject==0.9.9 tzdata==2026.6

cat >program.py <<'PYTHON'
import icalendar
import vobject

lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//usher//finding//EN", "METHOD:REPLY", "BEGIN:VEVENT", "UID:1@mail.example"]
lines += ["DTSTAMP:20261128T000000Z", "DTSTART:20261201T100000Z", "GEO:37.38;-122.08"]
lines += ["REQUEST-STATUS:3.1;Invalid property value;DTSTART:96-Apr-01", "END:VEVENT", "END:VCALENDAR", ""]
before = "\r\n".join(lines)
after = icalendar.Calendar.from_ical(before).to_ical().decode()
again = icalendar.Calendar.from_ical(after).to_ical().decode()
for name, text in (("before", before), ("after", after), ("after twice", again)):
    print(name, *(line for line in text.split("\r\n") if line.startswith(("REQUEST", "GEO"))))
    print("  vobject reads", vobject.readOne(text).vevent.request_status.value)
PYTHON
venv/bin/python program.py | tee seen
diff seen - <<'TEXT' || { echo "changed since icalendar 7.3.2 was looked at" >&2; exit 1; }
before GEO:37.38;-122.08 REQUEST-STATUS:3.1;Invalid property value;DTSTART:96-Apr-01
  vobject reads ['3.1', 'Invalid property value', 'DTSTART:96-Apr-01']
after GEO:37.38;-122.08 REQUEST-STATUS:3.1\;Invalid property value\;DTSTART:96-Apr-01
  vobject reads ['3.1;Invalid property value;DTSTART:96-Apr-01']
after twice GEO:37.38;-122.08 REQUEST-STATUS:3.1\;Invalid property value\;DTSTART:96-Apr-01
  vobject reads ['3.1;Invalid property value;DTSTART:96-Apr-01']
TEXT
