#!/usr/bin/env bash
# Python's `EmailMessage` writes a long List-Unsubscribe, all ASCII, as an encoded word, in which its link is not found.
#
# Seen with Debian's python3.11 3.11.2-6+deb12u9 on Linux x86_64. A field that the `email` package has no parser of its own
# for is text without structure to it: a piece longer than a line that has no space to fold at is written in the form
# `=?utf-8?q?...?=`. List-Unsubscribe (RFC 2369, 8058) knows no such form, so the angle brackets are not there for whoever
# reads the field as it is, and one-click unsubscription is not offered. It begins with links of 78 characters. The older
# `MIMEText` folds in front of the link and leaves it whole, and so does a policy with `max_line_length=998`.
# A link with a token of 256 bits, as Usher's invitations have them, easily is that long: what makes such mails in Python,
# or makes them anew on their way, should set that length.
#
# Needs apt-get and dpkg. Installs nothing: the packages are unpacked into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
version=3.11.2-6+deb12u9
for package in python3.11-minimal libpython3.11-minimal libpython3.11-stdlib; do
    apt-get download "$package=$version" >/dev/null 2>&1
done
for package in ./*.deb; do dpkg -x "$package" root; done

cat >program.py <<'PYTHON'
import email.policy
from email.message import EmailMessage
from email.mime.text import MIMEText


def field(message, policy):
    text = message.as_bytes(policy=policy).decode()
    return text[text.index("List-"):].split("\nMIME")[0].split("\nContent")[0].split("\nFrom")[0]


def made(text):
    message = EmailMessage()
    message["List-Unsubscribe"] = text
    message["From"] = "launch@mail.example"
    return message


prefix = "<https://mail.example/u/"
texts = [prefix + "t" * (length - len(prefix) - 1) + ">" for length in range(40, 121)]
whole = [text for text in texts if text in field(made(text), email.policy.SMTP)]
print("whole up to", max(map(len, whole)), "characters, all of them:", len(whole) == max(map(len, whole)) - 39)
text = texts[-1]
print("EmailMessage,", len(text), "characters:")
print(field(made(text), email.policy.SMTP))
old = MIMEText("Hello")
old["List-Unsubscribe"] = text
old["From"] = "launch@mail.example"
print("MIMEText:")
print(field(old, email.policy.compat32))
print("EmailMessage, lines of 998:")
print(field(made(text), email.policy.SMTP.clone(max_line_length=998)))
PYTHON
PYTHONHOME=$folder/root/usr root/usr/bin/python3.11 program.py | tr -d '\r' | tee seen
diff seen - <<'TEXT' || { echo "changed since python3.11 3.11.2 was looked at" >&2; exit 1; }
whole up to 77 characters, all of them: True
EmailMessage, 120 characters:
List-Unsubscribe: =?utf-8?q?=3Chttps=3A//mail=2Eexample/u/tttttttttttttttttt?=
 =?utf-8?q?ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt?=
 =?utf-8?q?tttttttttttt=3E?=
MIMEText:
List-Unsubscribe: 
 <https://mail.example/u/ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt>
EmailMessage, lines of 998:
List-Unsubscribe: <https://mail.example/u/ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt>
TEXT
