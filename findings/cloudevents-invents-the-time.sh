#!/usr/bin/env bash
# An event without a time gets one when the CloudEvents SDK reads it: the time at which it was read.
#
# Seen with cloudevents 2.2.0 of PyPI, in both of its interfaces (`cloudevents.core` and `cloudevents.v1`), and Python 3.11
# on Linux x86_64. `time` is optional, and means when it happened. Reading an event that has none, the SDK fills in the
# present time, and nothing tells it from one that was sent: the same bytes read twice are two different events, and one
# that is passed on carries a time that its source never gave.
# An event that Usher gives out always has its `timestamp`; put it into `time`.
#
# Needs python3 of 3.11 with venv and pip; the package goes into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check cloudevents==2.2.0

cat >program.py <<'PYTHON'
import datetime
import json
import time

from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from cloudevents.v1.http import from_http, to_structured

text = '{"specversion":"1.0","id":"1","source":"/usher","type":"code.redeemed","data":{}}'
started = datetime.datetime.now(datetime.timezone.utc)


def show(name, passed_on):
    texts = []
    for _ in range(2):
        texts.append(json.loads(passed_on())["time"])
        time.sleep(0.01)
    times = [datetime.datetime.fromisoformat(text) for text in texts]
    print(name, "passes on a time:", bool(times), "the present:", started < times[0], "twice the same:", times[0] == times[1])


print("the event sent has a time:", "time" in json.loads(text))
show("core", lambda: JSONFormat().write(JSONFormat().read(CloudEvent, text)))
headers = {"content-type": "application/cloudevents+json"}
show("v1", lambda: to_structured(from_http(headers, text.encode()))[1])
PYTHON
venv/bin/python program.py 2>errors | tee seen || { cat errors >&2; exit 1; }
diff seen - <<'TEXT' || { echo "changed since cloudevents 2.2.0 was looked at" >&2; exit 1; }
the event sent has a time: False
core passes on a time: True the present: True twice the same: False
v1 passes on a time: True the present: True twice the same: False
TEXT
