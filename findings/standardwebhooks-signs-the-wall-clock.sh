#!/usr/bin/env bash
# `Webhook.sign` of standardwebhooks drops the zone of the time that it is given, so its signature does not verify.
#
# Seen with standardwebhooks 1.1.0 and svix 2.9.1 (which signs through it) of PyPI and Python 3.11 on Linux x86_64. The time
# is a `datetime`, and what is signed is its wall clock read as UTC, whatever zone it has: one of Europe/Berlin in winter is
# an hour late, and the header that a sender makes of the same object with `timestamp()` does not fit. `verify` of the same
# library then says that no signature matches. A `datetime` without a zone, as `datetime.now()` gives it, goes wrong on
# every machine that is not set to UTC. With `datetime.now(timezone.utc)` all is well.
# A test of a receiver of Usher's webhooks that signs messages itself should give times in UTC.
#
# Needs python3 of 3.11 with venv and pip; the package goes into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check standardwebhooks==1.1.0 svix==2.9.1 tzdata==2026.6

cat >program.py <<'PYTHON'
import base64
import datetime
import zoneinfo

import standardwebhooks
import svix

secret = "whsec_" + base64.b64encode(bytes(range(32))).decode()
now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
body = '{"type":"code.redeemed"}'
for zone in ("UTC", "Europe/Berlin", "America/New_York"):
    time = now.astimezone(zoneinfo.ZoneInfo(zone))
    for library in (standardwebhooks, svix):
        webhook = library.Webhook(secret)
        headers = {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(time.timestamp())),
            "webhook-signature": webhook.sign("msg_1", time, body),
        }
        try:
            webhook.verify(body, headers)
            verdict = "verified"
        except Exception as error:
            verdict = str(error)
        print(library.__name__, zone, "the same moment:", time == now, "-", verdict)
PYTHON
venv/bin/python program.py | tee seen
diff seen - <<'TEXT' || { echo "changed since standardwebhooks 1.1.0 was looked at" >&2; exit 1; }
standardwebhooks UTC the same moment: True - verified
svix UTC the same moment: True - verified
standardwebhooks Europe/Berlin the same moment: True - No matching signature found
svix Europe/Berlin the same moment: True - No matching signature found
standardwebhooks America/New_York the same moment: True - No matching signature found
svix America/New_York the same moment: True - No matching signature found
TEXT
