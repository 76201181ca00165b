#!/usr/bin/env bash
# A block of server-sent events with an id and no data: httpx-sse makes an event of it, sseclient-py forgets the id.
#
# Seen with httpx-sse 0.4.3 (httpx 0.28.1) and sseclient-py 1.9.0 of PyPI and Python 3.11 on Linux x86_64. Servers send such
# a block to move a reader's place on without having anything to say. The standard: nothing is dispatched, and the id holds
# for what follows, so the next event has it. httpx-sse gives an event with empty data, whose `json()` raises; sseclient-py
# gives the next event without any id, so that a reader who keeps the id of the last event begins far back after a break.
# Every event of Usher's `/metrics/live` has an id and data, which both read alike.
#
# Needs python3 of 3.11 with venv and pip; the packages go into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check httpx-sse==0.4.3 httpx==0.28.1 sseclient-py==1.9.0

cat >program.py <<'PYTHON'
import httpx
import httpx_sse
import sseclient


class Stream:
    def __init__(self, *chunks):
        self.chunks = chunks

    def __iter__(self):
        return iter(self.chunks)

    def close(self):
        pass


stream = b'id: 41\ndata: {"left": 3}\n\nid: 57\n\ndata: {"left": 2}\n\n'
print("standard: [('41', '{\"left\": 3}'), ('57', '{\"left\": 2}')]")
answer = httpx.Response(200, headers={"Content-Type": "text/event-stream"}, content=stream)
events = list(httpx_sse.EventSource(answer).iter_sse())
print("httpx-sse:", [(event.id, event.data) for event in events])
try:
    events[1].json()
except ValueError as error:
    print("httpx-sse, json() of the second:", type(error).__name__)
print("sseclient-py:", [(event.id, event.data) for event in sseclient.SSEClient(Stream(stream)).events()])
PYTHON
venv/bin/python program.py | tee seen
diff seen - <<'TEXT' || { echo "changed since httpx-sse 0.4.3 and sseclient-py 1.9.0 were looked at" >&2; exit 1; }
standard: [('41', '{"left": 3}'), ('57', '{"left": 2}')]
httpx-sse: [('41', '{"left": 3}'), ('57', ''), ('57', '{"left": 2}')]
httpx-sse, json() of the second: JSONDecodeError
sseclient-py: [('41', '{"left": 3}'), (None, '{"left": 2}')]
TEXT
