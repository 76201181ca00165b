"""Lets claims arrive at a steady rate while big commands are carried out, and prints how long the claims waited."""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
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
        return self.send("POST", path, body, content_type, sink)

    def own_megabytes(self):
        """The server's own memory now: without the pages of LMDB's file, which the kernel takes back when it needs them."""
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"RssAnon:\s+(\d+)", text)[1]) // 1024

    def most_megabytes(self, command):
        """Runs a command; gives its result and the most memory of its own that the server had meanwhile."""
        most = [self.own_megabytes()]
        ended = threading.Event()

        def look():
            while not ended.wait(0.02):
                most[0] = max(most[0], self.own_megabytes())

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            return command(), most[0]
        finally:
            ended.set()
            watcher.join()

    def longest_sync(self):
        """Milliseconds of the longest sync of the journal since the start: a claim waits for up to two of them."""
        request = urllib.request.Request(self.url + "/metrics", headers={"Authorization": f"Bearer {ROOT_KEY}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read().decode()
        return float(re.search(r"^usher_journal_sync_duration_seconds_max (\S+)", text, re.MULTILINE)[1]) * 1000

    def send(self, method, path, body, content_type, sink):
        request = urllib.request.Request(
            self.url + "/api/admin/invitations" + path, data=body, method=method,
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


def measure(arguments, name, command, prepare=lambda server: None):
    """One line of the table: the load, and the command beside it."""
    server = Server(arguments.usher, arguments.directory)
    try:
        prepare(server)
        load = subprocess.Popen(
            [arguments.usher, "bench", "http", "--workload", "hot", "--url", server.url, "--rate", str(arguments.rate),
             "--duration", str(arguments.seconds), "--connections", "32", "--json", "--no-check"],
            stdout=subprocess.PIPE, env={**os.environ, "USHER_KEY": ROOT_KEY})
        time.sleep(3)
        first, last = command(server)
        report = json.loads(load.communicate()[0])
        sync = server.longest_sync()
    finally:
        server.stop()
    latency = report["phases"][-1]["latency_ms"]
    took = f"{first:.1f} s, {last:.1f} s" if last else "–"
    print(f"| {name} | {took} | {latency['p99']:.1f} ms | {latency['max']:.1f} ms | {sync:.1f} ms |", flush=True)


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


def filling(count):
    """Makes a campaign with codes."""
    def prepare(server):
        campaign = json.dumps({"key": "leak", "name": "leak", "type": "multi_use", "status": "active"}).encode()
        server.post("/campaigns", campaign, "application/json", lambda chunk: None)
        body = json.dumps({"count": count, "length": 10, "campaign": "leak"}).encode()
        server.post("/codes", body, "application/json", lambda chunk: None)
    return prepare


def revoking(count):
    def command(server):
        answer = bytearray()
        status, first, last = server.post("/codes/revoke", b'{"campaign":"leak"}', "application/json", answer.extend)
        if status != 200 or json.loads(answer)["data"]["revoked"] != count:
            raise SystemExit(f"revoke: {status} {answer[:200]!r}")
        return first, last
    return command


def alone(arguments):
    """Import and export with nothing beside them: time, and the server's memory."""
    server = Server(arguments.usher, arguments.directory)
    try:
        before = server.own_megabytes()
        (first, last), most = server.most_megabytes(lambda: importing(arguments.codes)(server))
        print(f"| import of {arguments.codes:,} rows | {last:.1f} s | {before} → {most} MB |", flush=True)
        size = [0]

        def sink(chunk):
            size[0] += len(chunk)

        for name in ("first", "second"):
            (status, first, last), most = server.most_megabytes(
                lambda: server.send("GET", "/codes/export", None, "text/csv", sink))
            print(f"| {name} export as CSV, {size[0] / 1e6:.0f} MB | {last:.1f} s | {most} MB |", flush=True)
            size[0] = 0
    finally:
        server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--usher", required=True)
    parser.add_argument("--directory", required=True)
    parser.add_argument("--rate", type=int, required=True)
    parser.add_argument("--codes", type=int, required=True)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--seconds", type=int, required=True)
    arguments = parser.parse_args()
    print("| alone | answered after | memory of its own |")
    print("|---|---|---|")
    alone(arguments)
    print()
    print("| beside the claims | first and last byte of its answer | p99 of a claim | slowest claim | longest sync of the journal |")
    print("|---|---|---|---|---|")
    measure(arguments, "nothing", lambda server: (0, 0))
    for length in (10, 32):
        measure(arguments, f"{arguments.codes:,} codes of {length} characters", making(arguments.codes, length))
    measure(arguments, f"import of {arguments.rows:,} rows", importing(arguments.rows))
    measure(
        arguments, f"revocation of a campaign of {arguments.codes:,} codes", revoking(arguments.codes),
        filling(arguments.codes))


if __name__ == "__main__":
    main()
