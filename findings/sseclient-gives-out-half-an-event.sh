#!/usr/bin/env bash
# sseclient-py gives out an event whose stream broke off in the middle of it, with its id.
#
# Seen with sseclient-py 1.9.0 of PyPI, beside httpx-sse 0.4.3, and Python 3.11 on Linux x86_64. An event ends with an empty
# line; what stands after the last one when a stream ends is to be discarded, says the standard, for a connection may end
# anywhere. sseclient-py treats the end of the stream as the end of the event: half a line of data arrives as an event, and
# its id is the one to go on from, so the whole event is never seen by a reader who does. httpx-sse discards it.
# Reading `/metrics/live` of Usher over a connection that may break, take what parses only, or another client.
#
# Needs python3 of 3.11 with venv and pip; the packages go into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check sseclient-py==1.9.0 httpx-sse==0.4.3 httpx==0.28.1

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


whole = b'id: 41\ndata: {"left": 3}\n\nid: 42\ndata: {"left": 120}\n\n'
for name, stream in (("whole", whole), ("cut in the data", whole[:-5]), ("cut before the empty line", whole[:-1])):
    print(name)
    print("  sseclient-py", [(event.id, event.data) for event in sseclient.SSEClient(Stream(stream)).events()])
    answer = httpx.Response(200, headers={"Content-Type": "text/event-stream"}, content=stream)
    print("  httpx-sse", [(event.id, event.data) for event in httpx_sse.EventSource(answer).iter_sse()])
PYTHON
venv/bin/python program.py | tee seen
diff seen - <<'TEXT' || { echo "changed since sseclient-py 1.9.0 was looked at" >&2; exit 1; }
whole
  sseclient-py [('41', '{"left": 3}'), ('42', '{"left": 120}')]
  httpx-sse [('41', '{"left": 3}'), ('42', '{"left": 120}')]
cut in the data
  sseclient-py [('41', '{"left": 3}'), ('42', '{"left": 1')]
  httpx-sse [('41', '{"left": 3}')]
cut before the empty line
  sseclient-py [('41', '{"left": 3}'), ('42', '{"left": 120}')]
  httpx-sse [('41', '{"left": 3}')]
TEXT
