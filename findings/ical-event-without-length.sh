#!/usr/bin/env bash
# recurring-ical-events gives an event of one hour no length, and one of three hours two or four, where clocks change.
#
# Seen with recurring-ical-events 3.8.2 and icalendar 7.3.2 (tzdata 2026.6) of PyPI and Python 3.11 on Linux x86_64. A
# DURATION in hours is exact (RFC 5545, 3.3.6), and only one in days or weeks goes by the calendar. Both libraries add it to
# the wall clock: what begins at 01:00 on the night of the change and lasts PT3H ends an hour too early in spring and too
# late in autumn, and of a daily event at 02:30 with PT1H the one in the gap ends at the instant at which it begins. P1D and
# PT24H are the same to them. A window of a launch that is told to people by a calendar file is better given with DTEND, in
# UTC.
# Usher's own windows are instants.
#
# Needs python3 of 3.11 with venv and pip; the packages go into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check recurring-ical-events==3.8.2 icalendar==7.3.2 tzdata==2026.6

cat >program.py <<'PYTHON'
import datetime

import icalendar
import recurring_ical_events


def show(name, body):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//usher//finding//EN", "BEGIN:VEVENT", "UID:1@mail.example"]
    lines += ["DTSTAMP:20261128T000000Z", *body.split(), "END:VEVENT", "END:VCALENDAR", ""]
    calendar = icalendar.Calendar.from_ical("\r\n".join(lines))
    lengths = []
    for event in recurring_ical_events.of(calendar).between((2026, 1, 1), (2028, 1, 1)):
        start, end = (event[key].dt.astimezone(datetime.timezone.utc) for key in ("DTSTART", "DTEND"))
        lengths.append("%s +%s" % (start.strftime("%m-%dT%H:%MZ"), end - start))
    whole = calendar.walk("VEVENT")[0]
    plain = whole.end.astimezone(datetime.timezone.utc) - whole.start.astimezone(datetime.timezone.utc)
    print("%s: icalendar +%s, recurring-ical-events %s" % (name, plain, ", ".join(lengths)))


zone = "DTSTART;TZID=Europe/Berlin:"
show("PT3H, no change", zone + "20270327T010000 DURATION:PT3H")
show("PT3H in spring", zone + "20270328T010000 DURATION:PT3H")
show("PT3H in autumn", zone + "20261025T010000 DURATION:PT3H")
show("PT24H in spring", zone + "20270327T120000 DURATION:PT24H")
show("P1D in spring", zone + "20270327T120000 DURATION:P1D")
show("PT1H daily", zone + "20270327T023000 DURATION:PT1H RRULE:FREQ=DAILY;COUNT=3")
PYTHON
venv/bin/python program.py | tee seen
diff seen - <<'TEXT' || { echo "changed since recurring-ical-events 3.8.2 was looked at" >&2; exit 1; }
PT3H, no change: icalendar +3:00:00, recurring-ical-events 03-27T00:00Z +3:00:00
PT3H in spring: icalendar +2:00:00, recurring-ical-events 03-28T00:00Z +2:00:00
PT3H in autumn: icalendar +4:00:00, recurring-ical-events 10-24T23:00Z +4:00:00
PT24H in spring: icalendar +23:00:00, recurring-ical-events 03-27T11:00Z +23:00:00
P1D in spring: icalendar +23:00:00, recurring-ical-events 03-27T11:00Z +23:00:00
PT1H daily: icalendar +1:00:00, recurring-ical-events 03-27T01:30Z +1:00:00, 03-28T01:30Z +0:00:00, 03-29T00:30Z +1:00:00
TEXT
