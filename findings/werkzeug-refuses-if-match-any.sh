#!/usr/bin/env bash
# Werkzeug answers `If-Match: *` with 412 although the resource is there.
#
# Seen with werkzeug 3.1.9 of PyPI and Python 3.11 on Linux x86_64. `*` fits any current representation (RFC 9110, 13.1.1),
# and `parse_etags("*")` of the library knows that: `"v7" in tags` is true. But `make_conditional` asks for a tag that is
# strong and listed, so a GET with `If-Match: *` is refused as if somebody had changed the resource; the tag itself goes
# through. `If-None-Match: *` is read right.
# With Usher `If-Match: *` changes whichever version is there.
#
# Needs python3 of 3.11 with venv and pip; the packages go into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check werkzeug==3.1.9

cat >program.py <<'PYTHON'
from werkzeug.http import parse_etags
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response


@Request.application
def application(request):
    response = Response('{"max_uses": 3}', content_type="application/json")
    response.set_etag("v7")
    return response.make_conditional(request)


client = Client(application)
for name, value in (("If-Match", '"v7"'), ("If-Match", '"v6"'), ("If-Match", "*"), ("If-None-Match", "*")):
    print(name, value, client.get("/", headers={name: value}).status_code)
print("parse_etags of * has v7:", "v7" in parse_etags("*"))
PYTHON
venv/bin/python program.py | tee seen
diff seen - <<'TEXT' || { echo "changed since werkzeug 3.1.9 was looked at" >&2; exit 1; }
If-Match "v7" 200
If-Match "v6" 412
If-Match * 412
If-None-Match * 304
parse_etags of * has v7: True
TEXT
