#!/usr/bin/env bash
# In binary mode the CloudEvents SDK sends JSON strings without their quotes and `false` as `False`.
#
# Seen with cloudevents 2.2.0 of PyPI, its new `cloudevents.core`, and Python 3.11 on Linux x86_64. The body of a binary
# message of `datacontenttype` application/json has to be the JSON value. Objects, arrays and numbers are written so; a
# string is written as its bare characters, which no JSON reader takes, and true and false as Python prints them. Read back
# by the SDK itself a text that looks like JSON is no text any more: `"12"` comes back as the number 12. The structured mode
# of the same events is right.
# Usher's events have objects as `data`, which are not touched by this.
#
# Needs python3 of 3.11 with venv and pip; the package goes into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check cloudevents==2.2.0

cat >program.py <<'PYTHON'
from cloudevents.core.bindings.http import from_binary, to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

json = JSONFormat()
attributes = (
    '"specversion":"1.0","id":"1","source":"/usher","type":"code.redeemed","time":"2026-11-28T10:00:00Z",'
    '"datacontenttype":"application/json"'
)
for data in ('{"left":1}', "[1]", "12", '"sold out"', '"12"', "true", "false"):
    event = json.read(CloudEvent, "{%s,\"data\":%s}" % (attributes, data))
    message = to_binary(event, json)
    again = from_binary(message, json, CloudEvent).get_data()
    print("data", data, "body", message.body.decode(), "read back", repr(again))
PYTHON
venv/bin/python program.py | tee seen
diff seen - <<'TEXT' || { echo "changed since cloudevents 2.2.0 was looked at" >&2; exit 1; }
data {"left":1} body {"left": 1} read back {'left': 1}
data [1] body [1] read back [1]
data 12 body 12 read back 12
data "sold out" body sold out read back 'sold out'
data "12" body 12 read back 12
data true body True read back 'True'
data false body False read back 'False'
TEXT
