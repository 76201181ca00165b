#!/usr/bin/env bash
# slowapi's `http-date` in Retry-After is a date of e-mail, which ends in -0000; Python reads it as a time without a zone.
#
# Seen with slowapi 0.1.10 (starlette 1.10.0, limits 5.8.0) of PyPI and Python 3.11 on Linux x86_64. With
# `retry_after="http-date"` the field is `Sat, 28 Nov 2026 21:45:32 -0000`. An HTTP date ends in `GMT` (RFC 9110, 5.6.7) and
# in nothing else. Readers go apart: `parsedate_to_datetime` of Python gives a time without a zone for it, which raises when
# it is compared with the present in UTC, and with one in GMT it does not. The field is also sent with each answer of 200.
# Usher sends Retry-After in seconds, and only with 429 and 503.
#
# Needs python3 of 3.11 with venv and pip; the packages go into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check slowapi==0.1.10 limits==5.8.0 starlette==1.10.0 httpx==0.28.1

cat >program.py <<'PYTHON'
import datetime
import email.utils
import re
import warnings

warnings.simplefilter("ignore")
from slowapi import Limiter, _rate_limit_exceeded_handler
from slowapi.errors import RateLimitExceeded
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

limiter = Limiter(key_func=lambda request: "one", headers_enabled=True, retry_after="http-date")


@limiter.limit("1/minute")
def claim(request):
    return PlainTextResponse("granted")


application = Starlette(routes=[Route("/", claim)])
application.state.limiter = limiter
application.add_exception_handler(RateLimitExceeded, _rate_limit_exceeded_handler)
client = TestClient(application)
date = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d (.*)")
for _ in range(2):
    answer = client.get("/")
    text = answer.headers["Retry-After"]
    print(answer.status_code, "Retry-After ends in", date.fullmatch(text).group(2))
for text in (text, date.sub(r"\g<0>", text).replace("-0000", "GMT")):
    time = email.utils.parsedate_to_datetime(text)
    try:
        said = "later than now: %s" % (time > datetime.datetime.now(datetime.timezone.utc))
    except TypeError as error:
        said = "TypeError: %s" % error
    print("read by Python, with", text.split()[-1], "the zone is", time.tzinfo, "-", said)
PYTHON
venv/bin/python program.py | tee seen
diff seen - <<'TEXT' || { echo "changed since slowapi 0.1.10 was looked at" >&2; exit 1; }
200 Retry-After ends in -0000
429 Retry-After ends in -0000
read by Python, with -0000 the zone is None - TypeError: can't compare offset-naive and offset-aware datetimes
read by Python, with GMT the zone is UTC - later than now: True
TEXT
