#!/usr/bin/env bash
# aiohttp-retry repeats no lost connection, though its README says "by default on all", but it does repeat a POST on 503.
#
# Seen with aiohttp-retry 2.9.1 (aiohttp 3.14.5) of PyPI and Python 3.11 on Linux x86_64. With nothing set, a POST whose
# connection is lost is sent once and raises: the set of exceptions to repeat on is empty, and empty means none. With
# `exceptions={Exception}` it goes out three times. A POST answered with 503 goes out three times in any case and within a
# second, whatever `Retry-After` says, since every method is repeated on every status from 500.
# A client of Usher should name the exceptions; a claim repeated by the same redeemer is the first one.
#
# Needs python3 of 3.11 with venv and pip; the packages go into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check aiohttp-retry==2.9.1 aiohttp==3.14.5

cat >program.py <<'PYTHON'
import asyncio
import time

import aiohttp_retry

seen = []


async def serve(reader, writer):
    """Takes requests; loses the connection, or answers 503."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            seen.append(head)
            if b"/lost" in head:
                break
            writer.write(b"HTTP/1.1 503 Busy\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    address = "http://127.0.0.1:%d" % server.sockets[0].getsockname()[1]
    for options in ({}, {"exceptions": {Exception}}):
        for method, path in (("POST", "/lost"), ("POST", "/busy")):
            seen.clear()
            start = time.monotonic()
            retry = aiohttp_retry.ExponentialRetry(**options)
            async with aiohttp_retry.RetryClient(retry_options=retry) as client:
                try:
                    async with client.request(method, address + path) as answer:
                        end = answer.status
                except Exception as error:
                    end = type(error).__name__
            name = "exceptions named:" if options else "nothing set:"
            print(name, method, path, "sent", len(seen), "times, within 5 s:", time.monotonic() - start < 5, "end:", end)
    server.close()


asyncio.run(main())
PYTHON
venv/bin/python program.py 2>errors | tee seen || { cat errors >&2; exit 1; }
diff seen - <<'TEXT' || { echo "changed since aiohttp-retry 2.9.1 was looked at" >&2; exit 1; }
nothing set: POST /lost sent 1 times, within 5 s: True end: ServerDisconnectedError
nothing set: POST /busy sent 3 times, within 5 s: True end: 503
exceptions named: POST /lost sent 3 times, within 5 s: True end: ServerDisconnectedError
exceptions named: POST /busy sent 3 times, within 5 s: True end: 503
TEXT
