#!/usr/bin/env bash
# The MCP client calls a tool first and asks for its schema afterwards; if that fails, it throws the result away.
#
# Seen with mcp 2.3.0 of PyPI and Python 3.11 on Linux x86_64, against a server of revision 2026-07-28. To check a tool's
# structured output the client needs its schema, and has it only after `tools/list`. A first call without a list goes out as
# `tools/call`, then `tools/list`; when the list is refused, with 503 here, `call_tool` raises that refusal. The tool has
# done its work, the caller is told "busy", and calling again does it again: two claims for one. Listing the tools once
# before avoids it.
# By its contract Usher never sheds the list while it serves calls, and a claim repeated by the same redeemer is the first
# one.
#
# Needs python3 of 3.11 with venv and pip; the packages go into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcp==2.3.0 aiohttp==3.14.5

cat >program.py <<'PYTHON'
import asyncio

import mcp
from aiohttp import web

common = {"resultType": "complete", "ttlMs": 0, "cacheScope": "private"}
tool = {"name": "claim", "inputSchema": {"type": "object"}, "outputSchema": {"type": "object"}}
results = {
    "server/discover": {**common, "supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}},
    "tools/list": {**common, "tools": [tool]},
    "tools/call": {"resultType": "complete", "content": [], "structuredContent": {"place": 7}, "isError": False},
}
seen = []
busy = set()


async def answer(request):
    message = await request.json()
    method = message["method"]
    seen.append(method)
    head = {"jsonrpc": "2.0", "id": message["id"]}
    if method in busy:
        return web.json_response({**head, "error": {"code": -32000, "message": "busy"}}, status=503)
    return web.json_response({**head, "result": results[method]})


async def main():
    application = web.Application()
    application.router.add_post("/mcp", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    for failing in ((), ("tools/list",)):
        busy.clear()
        busy.update(failing)
        seen.clear()
        async with mcp.Client("http://127.0.0.1:%d/mcp" % runner.addresses[0][1]) as client:
            try:
                said = (await client.call_tool("claim", {})).structured_content
            except Exception as error:
                said = "%s: %s" % (type(error).__name__, error)
        print("list refused:" if failing else "list answered:", ", ".join(seen), "->", said)
    await runner.cleanup()


asyncio.run(main())
PYTHON
venv/bin/python program.py 2>errors | tee seen || { cat errors >&2; exit 1; }
diff seen - <<'TEXT' || { echo "changed since mcp 2.3.0 was looked at" >&2; exit 1; }
list answered: server/discover, tools/call, tools/list -> {'place': 7}
list refused: server/discover, tools/call, tools/list -> MCPError: busy
TEXT
