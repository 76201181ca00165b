#!/usr/bin/env bash
# requests and httpx cut a link's address at a `;` and lose its relation with it: paging ends after the first page.
#
# Seen with requests 2.34.2 and httpx 0.28.1 of PyPI, beside LinkHeader 0.4.3 and aiohttp 3.14.5, with Python 3.11 on Linux
# x86_64. `;` is allowed in a path and in a query, and a `Link` field has its address in angle brackets for that reason.
# Both split at every `;` first: of `<https://shop.example/codes;v=2?cursor=7>; rel="next"` the address ends before `;v=2`,
# and `links["next"]` does not exist, so a loop that runs while there is a next page is done. No error. The other two
# read it.
# Usher's cursors have no `;`. A filter that a client sent with a bare one comes back in the link as it was: send `%3B`.
#
# Needs python3 of 3.11 with venv and pip; the packages go into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check requests==2.34.2 httpx==0.28.1 LinkHeader==0.4.3 aiohttp==3.14.5

cat >program.py <<'PYTHON'
import asyncio

import aiohttp
import httpx
import link_header
import requests
from aiohttp import web

fields = [
    '<https://shop.example/codes?cursor=7>; rel="next"',
    '<https://shop.example/codes;v=2?cursor=7>; rel="next"',
    '<https://shop.example/codes?cursor=7;limit=5>; rel="next"',
]


async def by_aiohttp(field):
    async def answer(request):
        return web.Response(headers={"Link": field})

    application = web.Application()
    application.router.add_get("/", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as session:
        async with session.get("http://127.0.0.1:%d/" % runner.addresses[0][1]) as response:
            found = response.links.get("next", {}).get("url")
    await runner.cleanup()
    return found


for field in fields:
    print(field)
    answer = requests.Response()
    answer.headers["Link"] = field
    print("  requests", answer.links.get("next", {}).get("url"))
    print("  httpx", httpx.Response(200, headers={"Link": field}).links.get("next", {}).get("url"))
    print("  LinkHeader", link_header.parse(field).links_by_attr_pairs([("rel", "next")])[0].href)
    print("  aiohttp", asyncio.run(by_aiohttp(field)))
PYTHON
venv/bin/python program.py | tee seen
diff seen - <<'TEXT' || { echo "changed since requests 2.34.2 and httpx 0.28.1 were looked at" >&2; exit 1; }
<https://shop.example/codes?cursor=7>; rel="next"
  requests https://shop.example/codes?cursor=7
  httpx https://shop.example/codes?cursor=7
  LinkHeader https://shop.example/codes?cursor=7
  aiohttp https://shop.example/codes?cursor=7
<https://shop.example/codes;v=2?cursor=7>; rel="next"
  requests None
  httpx None
  LinkHeader https://shop.example/codes;v=2?cursor=7
  aiohttp https://shop.example/codes;v=2?cursor=7
<https://shop.example/codes?cursor=7;limit=5>; rel="next"
  requests https://shop.example/codes?cursor=7
  httpx https://shop.example/codes?cursor=7
  LinkHeader https://shop.example/codes?cursor=7;limit=5
  aiohttp https://shop.example/codes?cursor=7;limit=5
TEXT
