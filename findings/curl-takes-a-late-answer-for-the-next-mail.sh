#!/usr/bin/env bash
# After a time-out at the end of a mail curl keeps the connection, and takes the late answer for that of the next mail.
#
# Seen with Debian's curl and libcurl4 7.88.1-10+deb12u15 on Linux x86_64. Two mails in one call (`--next`), `--max-time 1`
# for the first, whose final dot the server answers after two seconds with 554. The first is a time-out (28). The second
# goes out on the same connection, and the 554 that was meant for the first is read as the answer to its MAIL: exit status
# 55, as if the second sender had been refused, and it is not sent. With answers in time both are delivered.
# Usher should give every mail a connection of its own, and throw it away after a time-out.
#
# Needs python3, apt-get, dpkg and what curl needs. Installs nothing: the packages are unpacked into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
version=7.88.1-10+deb12u15
apt-get download "curl=$version" "libcurl4=$version" >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(dirname "$(find "$folder/root" -name 'libcurl.so.4' | head -n 1)")

cat >server.py <<'PYTHON'
import os
import socket
import threading
import time

# A server for mail on a free port, which takes its time over the first mail of a connection when a file says so.
listener = socket.create_server(("127.0.0.1", 0))
with open("port.new", "w") as file:
    file.write(str(listener.getsockname()[1]))
os.rename("port.new", "port")


def note(text):
    with open("log", "a") as file:
        file.write(text + "\n")


def serve(connection):
    reader = connection.makefile("rb")

    def say(text):
        try:
            connection.sendall(text.encode() + b"\r\n")
        except OSError:
            pass

    mails = 0
    say("220 ready")
    for line in reader:
        verb = line.split()[0].upper()
        if verb == b"DATA":
            say("354 go on")
            for _ in iter(reader.readline, b".\r\n"):
                pass
            mails += 1
            if mails == 1 and os.path.exists("slow"):
                time.sleep(2)
                note("connection %d, mail 1: answered 554, late" % number)
                say("554 not this one")
            else:
                note("connection %d, mail %d: answered 250" % (number, mails))
                say("250 accepted")
        elif verb == b"QUIT":
            say("221 bye")
            break
        else:
            say("250 fine")
    connection.close()


number = 0
while True:
    connection, _ = listener.accept()
    number += 1
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
PYTHON
python3 server.py &
server=$!
trap 'kill "$server"; rm -rf "$folder"' EXIT
for _ in $(seq 100); do [ -e port ] && break; sleep 0.1; done

printf 'From: a@mail.example\r\nSubject: Your place\r\n\r\nYou are in.\r\n' >mail.txt
two() {
    local address="smtp://127.0.0.1:$(cat port)"
    status=0
    LD_LIBRARY_PATH=$LD_LIBRARY_PATH root/usr/bin/curl --disable --noproxy '*' --silent --show-error \
        --mail-from first@mail.example --mail-rcpt b@mail.example --max-time 1 --upload-file mail.txt "$address" \
        --next --silent --show-error \
        --mail-from second@mail.example --mail-rcpt b@mail.example --max-time 9 --upload-file mail.txt "$address" \
        2>said || status=$?
    sed -E 's/ after [0-9]+ milliseconds.*//' said
    echo "exit status $status"
    sleep 1
    cat log
    rm -f log
}
{
    echo "answers in time"
    two
    touch slow
    echo "a late answer to the first mail"
    two
} | tee seen
diff seen - <<'TEXT' || { echo "changed since curl 7.88.1 was looked at" >&2; exit 1; }
answers in time
exit status 0
connection 1, mail 1: answered 250
connection 1, mail 2: answered 250
a late answer to the first mail
curl: (28) server response timeout
curl: (55) MAIL failed: 554
exit status 55
connection 2, mail 1: answered 554, late
TEXT
