#!/usr/bin/env bash
# A mail that curl reads from its standard input and has to send twice arrives empty, and curl says that all is well.
#
# Seen with Debian's curl and libcurl4 7.88.1-10+deb12u15 on Linux x86_64. The server answers the first mail with 451 after
# its final dot ("try again later"); `--retry` with `--retry-all-errors` does. Its standard input has been read by then, so
# the second mail has no header and no text, not one byte. It is accepted, and the exit status is 0. With the same mail in a
# file the second is whole.
# Usher should make each try from the start of the mail that it has stored.
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

# A server for mail on a free port: the first mail is refused for now, later ones are taken and counted.
listener = socket.create_server(("127.0.0.1", 0))
with open("port.new", "w") as file:
    file.write(str(listener.getsockname()[1]))
os.rename("port.new", "port")
mails = 0
while True:
    connection, _ = listener.accept()
    reader = connection.makefile("rb")
    say = lambda text: connection.sendall(text.encode() + b"\r\n")
    say("220 ready")
    for line in reader:
        verb = line.split()[0].upper()
        if verb == b"DATA":
            say("354 go on")
            size = 0
            for part in iter(reader.readline, b".\r\n"):
                size += len(part)
            mails += 1
            with open("mails", "a") as file:
                file.write("mail %d: %d bytes\n" % (mails, size))
            say("451 try again later" if mails % 2 else "250 accepted")
        elif verb == b"QUIT":
            say("221 bye")
            break
        else:
            say("250 fine")
    connection.close()
PYTHON
python3 server.py &
server=$!
trap 'kill "$server"; rm -rf "$folder"' EXIT
for _ in $(seq 100); do [ -e port ] && break; sleep 0.1; done

printf 'From: a@mail.example\r\nSubject: Your place\r\n\r\nYou are in.\r\n' >mail.txt
send() {
    LD_LIBRARY_PATH=$LD_LIBRARY_PATH root/usr/bin/curl --disable --noproxy '*' --silent \
        --retry 1 --retry-all-errors --retry-delay 1 \
        --mail-from a@mail.example --mail-rcpt b@mail.example --upload-file "$1" \
        "smtp://127.0.0.1:$(cat port)" && status=0 || status=$?
    echo "exit status $status"
    cat mails
    rm -f mails
}
{
    echo "The mail has $(stat -c %s mail.txt) bytes."
    echo "From a file:"
    send mail.txt
    echo "From standard input:"
    mkfifo mail.pipe
    cat mail.txt >mail.pipe &
    send - <mail.pipe
} | tee seen
diff seen - <<'TEXT' || { echo "changed since curl 7.88.1 was looked at" >&2; exit 1; }
The mail has 58 bytes.
From a file:
exit status 0
mail 1: 58 bytes
mail 2: 58 bytes
From standard input:
exit status 0
mail 3: 58 bytes
mail 4: 0 bytes
TEXT
