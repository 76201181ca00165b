#!/usr/bin/env bash
# A call of curl that fails empties the file in which it had saved the ETag, so that the next one fetches everything again.
#
# Seen with Debian's curl and libcurl4 7.88.1-10+deb12u15 on Linux x86_64. `--etag-save` and `--etag-compare` with one file
# are made for a job that asks for changes: 200 once, 304 from then on. When the server is not there for one call, curl has
# emptied the file before it knows: no bytes are left of the tag, while the file with the last body is still there. The call
# after it sends an empty tag and gets the whole body. An answer of 500 has the same effect. Saving into another file and
# moving it over the first when curl has succeeded avoids it.
# Usher sends a strong ETag with every single resource and answers `If-None-Match` with 304; its restarts end such a chain.
#
# Needs python3, apt-get, dpkg and what curl needs. Installs nothing: the packages are unpacked into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
version=7.88.1-10+deb12u15
apt-get download "curl=$version" "libcurl4=$version" >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" root; done
libraries=$(dirname "$(find "$folder/root" -name 'libcurl.so.4' | head -n 1)")

cat >server.py <<'PYTHON'
import http.server
import os


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        same = self.headers.get("If-None-Match") == '"v7"'
        status = 500 if self.path == "/broken" else 304 if same else 200
        self.send_response(status)
        if status != 500:
            self.send_header("ETag", '"v7"')
        self.end_headers()
        if status == 200:
            self.wfile.write(b'{"max_uses": 3}')

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open("port.new", "w") as file:
    file.write(str(server.server_port))
os.rename("port.new", "port")
server.serve_forever()
PYTHON
python3 server.py &
server=$!
trap 'kill "$server"; rm -rf "$folder"' EXIT
for _ in $(seq 100); do [ -e port ] && break; sleep 0.1; done

ask() {
    local status=0 code
    code=$(LD_LIBRARY_PATH=$libraries root/usr/bin/curl --disable --noproxy '*' --silent --fail --write-out '%{http_code}' \
        --etag-save tag --etag-compare tag --output body "$2") || status=$?
    echo "$1: $code, exit status $status, tag saved: '$(cat tag)'"
}
address=http://127.0.0.1:$(cat port)
{
    ask "first" "$address/code"
    ask "second" "$address/code"
    # Port 1 of the loopback interface: nothing listens there.
    ask "nobody there" "http://127.0.0.1:1/code"
    ask "after it" "$address/code"
    ask "and then" "$address/code"
    ask "answered 500" "$address/broken"
    ask "after that" "$address/code"
} | tee seen
diff seen - <<'TEXT' || { echo "changed since curl 7.88.1 was looked at" >&2; exit 1; }
first: 200, exit status 0, tag saved: '"v7"'
second: 304, exit status 0, tag saved: '"v7"'
nobody there: 000, exit status 7, tag saved: ''
after it: 200, exit status 0, tag saved: '"v7"'
and then: 304, exit status 0, tag saved: '"v7"'
answered 500: 500, exit status 22, tag saved: ''
after that: 200, exit status 0, tag saved: '"v7"'
TEXT
