"""What lists by state cost among many codes of which few match, alone and beside claims. Run by tools/lists."""

import argparse
import http.client
import json
import os
import shutil
import signal
import statistics
import subprocess
import threading
import time

KEY = "usher_key_of_the_list_measurement"
ADMIN = "/api/admin/invitations"
USER = "/api/invitations"


class Client:
    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)

    def send(self, method, path, body=None, lines=False):
        """Sends a request; gives the body and the milliseconds that it took."""
        headers = {"Authorization": "Bearer " + KEY}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if lines:
            headers["Accept"] = "application/x-ndjson"
        start = time.perf_counter()
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = self.connection.getresponse()
        content = response.read()
        taken = (time.perf_counter() - start) * 1000
        assert response.status < 300, (method, path, response.status, content[:500])
        return content, taken

    def data(self, method, path, body=None):
        return json.loads(self.send(method, path, body)[0])["data"]


def show(name, times):
    times = sorted(times)
    p99 = times[min(len(times) - 1, len(times) * 99 // 100)]
    print(f"{name:44} median {statistics.median(times):8.1f}   p99 {p99:8.1f}   slowest {times[-1]:8.1f} ms", flush=True)


def fill(client, count):
    """Makes old codes in all states, and then the many; gives the campaign's id and a code with many places."""
    campaign = client.data("POST", ADMIN + "/campaigns", {
        "key": "launch", "name": "Launch", "type": "multi_use", "status": "active", "per_user_limit": 1_000_000})["id"]
    old = client.data("POST", ADMIN + "/codes", {"count": 20, "campaign_id": campaign, "max_uses": 3})
    for code in old[:12]:
        client.send("POST", f"{ADMIN}/codes/{code['id']}/revoke")
    for code in old[12:15]:
        for person in range(3):
            client.send("POST", USER + "/redeem", {"code": code["code"], "redeemer_id": f"early-{person}"})
    client.send("POST", USER + "/holds", {"code": old[15]["code"], "redeemer_id": "holder", "ttl_seconds": 604_800})
    while count > 0:
        client.send("POST", ADMIN + "/codes", {"count": min(count, 1_000_000), "campaign_id": campaign}, lines=True)
        count -= min(count, 1_000_000)
    return campaign, client.data("POST", ADMIN + "/codes", {"count": 1, "max_uses": 1_000_000_000})[0]["code"]


def alone(client, campaign):
    for state in ["active", "redeemed", "exhausted", "expired", "revoked"]:
        for scope in ["", f"&campaign_id={campaign}"]:
            path = f"{ADMIN}/codes?state={state}&limit=10{scope}"
            show(f"codes {state}{' of a campaign' if scope else ''}", [client.send("GET", path)[1] for _ in range(12)])
    for name, path in [("codes, a page of 500", "/codes?limit=500"), ("holds held", "/holds?state=held&limit=10")]:
        show(name, [client.send("GET", ADMIN + path)[1] for _ in range(12)])


def beside(port, code, seconds, lists):
    """Claims and short lists beside `lists` clients who ask for revoked codes 20 times a second each."""
    end = time.time() + seconds
    taken = {"claims": [], "campaigns": [], "codes revoked": []}

    def repeat(name, pause, request):
        client, number = Client(port), 0
        while time.time() < end:
            number += 1
            taken[name].append(client.send(*request(number))[1])
            time.sleep(pause)

    run = time.time_ns()
    work = [("claims", 0.002, lambda number: ("POST", USER + "/redeem", {"code": code, "redeemer_id": f"{run}-{number}"})),
            ("campaigns", 0.02, lambda number: ("GET", ADMIN + "/campaigns"))]
    work += [("codes revoked", 0.05, lambda number: ("GET", ADMIN + "/codes?state=revoked&limit=10"))] * lists
    threads = [threading.Thread(target=repeat, args=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, times in taken.items():
        if times:
            show(f"{name}, {'two lists at once' if lists else 'nothing'} beside", times)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--usher", required=True)
    parser.add_argument("--directory", required=True)
    parser.add_argument("--codes", type=int, required=True)
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--port", type=int, default=7097)
    arguments = parser.parse_args()
    shutil.rmtree(arguments.directory, ignore_errors=True)
    server = subprocess.Popen(
        [arguments.usher, "serve", "--data", arguments.directory, "--listen", f"127.0.0.1:{arguments.port}"],
        env={**os.environ, "USHER_ROOT_KEY": KEY}, stdout=subprocess.DEVNULL)
    try:
        client = Client(arguments.port)
        for _ in range(200):
            try:
                client.send("GET", "/livez")
                break
            except OSError:
                client = Client(arguments.port)
                time.sleep(0.05)
        campaign, code = fill(client, arguments.codes)
        alone(client, campaign)
        for lists in [0, 2]:
            beside(arguments.port, code, arguments.seconds, lists)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
        shutil.rmtree(arguments.directory, ignore_errors=True)


main()
