#!/usr/bin/env bash
# dkimpy by default signs List-Unsubscribe, but not List-Unsubscribe-Post, which one-click unsubscription needs signed.
#
# Seen with dkimpy 1.1.8 (cryptography 50.0.2) of PyPI and Python 3.11 on Linux x86_64. RFC 8058 wants a DKIM signature that
# covers both fields; mail providers offer one-click unsubscription on that condition. Without `include_headers` the library
# signs those of a message's fields that are in a list of its own, which has the older field only. The signature is valid,
# and nothing says that something is missing. Naming the fields needs the whole list: what is not named is not signed then.
# Usher sends no mail yet; whatever signs its invitations with dkimpy has to name both fields in `h=`.
#
# Needs python3 of 3.11 with venv and pip; the packages go into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dkimpy==1.1.8 cryptography==50.0.2 dnspython==2.9.2

cat >program.py <<'PYTHON'
import base64
import re

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
private = key.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)
public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
lines = [
    "From: launch@mail.example",
    "To: guest@mail.example",
    "Subject: Your place",
    "Date: Sat, 28 Nov 2026 20:00:00 +0000",
    "Message-ID: <1@mail.example>",
    "List-Unsubscribe: <https://mail.example/u/1>",
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    "",
    "You are in.",
    "",
]
message = "\r\n".join(lines).encode()


def show(name, **options):
    signature = dkim.sign(message, b"key", b"mail.example", private, **options)
    text = re.sub(r"\s", "", signature.decode())
    fields = re.search(r";h=([^;]*);", text).group(1).split(":")
    print(name, "signs", ":".join(fields), "valid:", dkim.verify(signature + message, dnsfunc=lambda name, timeout: record))
    for field in ("list-unsubscribe", "list-unsubscribe-post"):
        print("  covers %s: %s" % (field, field in fields))


show("by default")
show("all fields named", include_headers=[line.split(":")[0].lower().encode() for line in lines[:7]])
PYTHON
venv/bin/python program.py | tee seen
diff seen - <<'TEXT' || { echo "changed since dkimpy 1.1.8 was looked at" >&2; exit 1; }
by default signs from:to:subject:date:message-id:list-unsubscribe:from valid: True
  covers list-unsubscribe: True
  covers list-unsubscribe-post: False
all fields named signs from:to:subject:date:message-id:list-unsubscribe:list-unsubscribe-post valid: True
  covers list-unsubscribe: True
  covers list-unsubscribe-post: True
TEXT
