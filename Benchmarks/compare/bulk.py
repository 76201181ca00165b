"""Lets claims arrive at a steady rate while big commands are carried out, and prints how long the claims waited."""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request

ROOT_KEY = "usher_bulk_root_key_0123456789ABCDEF"


class Server:
    """A server on a directory of its own and a free port."""

    def __init__(self, usher, directory):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="bulk-", dir=directory))
        self.output = self.directory / "output"
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen(
                [usher, "serve", "--data", self.directory / "data", "--listen", "127.0.0.1:0"],
                stdout=output, stderr=subprocess.STDOUT, env={**os.environ, "USHER_ROOT_KEY": ROOT_KEY})
        self.url = None
        while self.url is None:
            if self.process.poll() is not None:
                raise SystemExit(self.output.read_text())
            found = re.search(r"listening +(http:\S+)", self.output.read_text())
            self.url = found and found[1]
            time.sleep(0.05)

    def post(self, path, body, content_type, sink):
        """Sends a request and reads its answer; gives status and seconds to its first and to its last byte."""
        request = urllib.request.Request(
            self.url + "/api/admin/invitations" + path, data=body, method="POST",
            headers={"Authorization": f"Bearer {ROOT_KEY}", "Content-Type": content_type, "Accept": "text/csv"})
        start = time.monotonic()
        with urllib.request.urlopen(request, timeout=600) as answer:
            first = time.monotonic() - start
            while chunk := answer.read(1 << 20):
                sink(chunk)
            return answer.status, first, time.monotonic() - start

    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


def measure(arguments, name, command):
    """One line of the table: the load, and the command beside it."""
    server = Server(arguments.usher, arguments.directory)
    try:
        load = subprocess.Popen(
            [arguments.usher, "bench", "http", "--workload", "hot", "--url", server.url, "--rate", str(arguments.rate),
             "--duration", str(arguments.seconds), "--connections", "32", "--json", "--no-check"],
            stdout=subprocess.PIPE, env={**os.environ, "USHER_KEY": ROOT_KEY})
        time.sleep(3)
        first, last = command(server)
        report = json.loads(load.communicate()[0])
    finally:
        server.stop()
    latency = report["phases"][-1]["latency_ms"]
    took = f"{first:.1f} s, {last:.1f} s" if last else "–"
    print(f"| {name} | {took} | {latency['p99']:.1f} ms | {latency['max']:.1f} ms |", flush=True)


def making(count, length):
    def command(server):
        body = json.dumps({"count": count, "length": length}).encode()
        lines = [0]

        def sink(chunk):
            lines[0] += chunk.count(b"\n")

        status, first, last = server.post("/codes", body, "application/json", sink)
        if status != 201 or lines[0] != count + 1:
            raise SystemExit(f"{count} codes: {status}, {lines[0]} lines")
        return first, last
    return command


def importing(count):
    rows = "code,max_uses\n" + "".join(f"PARTNER-{number:07d},3\n" for number in range(count))

    def command(server):
        answer = bytearray()
        status, first, last = server.post("/codes/import", rows.encode(), "text/csv", answer.extend)
        if status != 200 or json.loads(answer)["data"]["imported"] != count:
            raise SystemExit(f"import: {status} {answer[:200]!r}")
        return first, last
    return command


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--usher", required=True)
    parser.add_argument("--directory", required=True)
    parser.add_argument("--rate", type=int, required=True)
    parser.add_argument("--codes", type=int, required=True)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--seconds", type=int, required=True)
    arguments = parser.parse_args()
    print("| beside the claims | first and last byte of its answer | p99 of a claim | slowest claim |")
    print("|---|---|---|---|")
    measure(arguments, "nothing", lambda server: (0, 0))
    for length in (10, 32):
        measure(arguments, f"{arguments.codes:,} codes of {length} characters", making(arguments.codes, length))
    measure(arguments, f"import of {arguments.rows:,} rows", importing(arguments.rows))


if __name__ == "__main__":
    main()
