import Foundation
import TestSupport
import Testing

/// Whole nodes as processes: a primary and those that follow it.
@Suite(.serialized) struct `A replica process` {
    private static let rootKey = "usher_replica_test_root_0123456789ABCDEF"

    private static func primary(_ directory: TemporaryDirectory, _ more: String..., port: Int = 0) throws
        -> UsherServerProcess
    {
        try UsherServerProcess(
            data: directory.path + "/primary", ["--root-key", rootKey] + more, listen: "127.0.0.1:\(port)")
    }

    private static func replica(
        _ directory: TemporaryDirectory, _ name: String, of url: String, port: Int = 0, _ more: String...
    ) throws -> UsherServerProcess {
        try UsherServerProcess(
            "replica", data: directory.path + "/" + name, ["--primary", url, "--root-key", rootKey] + more,
            environment: ["USHER_PRIMARY_KEY": rootKey], listen: "127.0.0.1:\(port)")
    }

    private static func client(_ server: UsherServerProcess) -> ClaimClient {
        ClaimClient(url: server.url, key: rootKey)
    }

    /// The answer of a node at `/api/admin/replication`.
    private static func status(_ server: UsherServerProcess) async throws -> [String: Any] {
        try #require(try await client(server).send("GET", "/api/admin/replication").1["data"] as? [String: Any])
    }

    private static func position(_ server: UsherServerProcess) async throws -> String {
        try #require(try await status(server)["position"] as? String)
    }

    /// Waits until a node's replication shows a value; a starved machine takes its time.
    private static func wait(_ server: UsherServerProcess, _ name: String, _ wanted: String) async throws {
        let deadline = Date(timeIntervalSinceNow: 30)
        var seen = try await status(server)[name] as? String
        while seen != wanted, Date() < deadline {
            try await Task.sleep(for: .milliseconds(50))
            seen = try await status(server)[name] as? String
        }
        #expect(seen == wanted, "\(server.url): \(name)")
    }

    /// Waits until a node has another's position.
    private static func settle(_ server: UsherServerProcess, at position: String) async throws {
        let deadline = Date(timeIntervalSinceNow: 60)
        while Date() < deadline {
            let (status, _, _) = try await client(server).exchange(
                "GET", "/api/admin/invitations/codes?limit=1", headers: ["Usher-Min-Position": position])
            if status == 200 { return }
        }
        Issue.record("\(server.url) did not reach \(position)")
    }

    @Test func `answers reads at a position, sends writes to the primary, and is listed there`() async throws {
        let directory = try TemporaryDirectory("nodes")
        let primary = try Self.primary(directory)
        let code = try await Self.client(primary).makeCode(places: 10)
        let created = try primary.client(
            "keys", "create", "--name", "r", "--scope", "replicate", "--json", key: Self.rootKey)
        let data = try #require(try created.json()["data"] as? [String: Any])
        let key = try #require(data["key"] as? String)
        let replica = try UsherServerProcess(
            "replica", data: directory.path + "/replica", ["--primary", primary.url],
            environment: ["USHER_PRIMARY_KEY": key])
        let id = try #require(await Self.client(primary).redeem(code, "ana"))
        let position = try await Self.position(primary)
        let (status, headers, page) = try await Self.client(replica).exchange(
            "GET", "/api/admin/invitations/redemptions", headers: ["Usher-Min-Position": position])
        #expect(status == 200, "a root key that the primary was given is there on replicas, by its hash")
        let made = try primary.client("keys", "create", "--name", "a", "--scope", "admin", "--json", key: Self.rootKey)
        let admin = try #require((try made.json()["data"] as? [String: Any])?["key"] as? String)
        let reader = ClaimClient(url: replica.url, key: admin)
        try await Self.settleKey(reader)
        let (ok, fields, rows) = try await reader.exchange(
            "GET", "/api/admin/invitations/redemptions", headers: ["Usher-Min-Position": position])
        #expect(ok == 200 && fields["usher-position"] != nil && page["data"] != nil && headers["usher-position"] != nil)
        #expect((rows["data"] as? [[String: Any]])?.first?["id"] as? Int == id)
        for path in ["/api/invitations/redeem", "/api/invitations/holds", "/api/admin/invitations/campaigns"] {
            let (refused, fields, problem) = try await reader.exchange("POST", path, "{}")
            #expect(refused == 421 && problem["code"] as? String == "not_primary")
            #expect(fields["location"] == primary.url + path && fields["usher-primary"] == primary.url)
        }
        let (early, _, late) = try await reader.exchange(
            "GET", "/api/admin/invitations/codes",
            headers: ["Usher-Min-Position": "1-999999", "Usher-Wait-Ms": "50"])
        #expect(early == 504 && late["code"] as? String == "position_not_reached")
        let (_, _, ready) = try await reader.exchange("GET", "/readyz?verbose")
        #expect(ready["role"] as? String == "replica" && ready["ready"] as? Bool == true)
        let followers = try #require(try await Self.status(primary)["followers"] as? [[String: Any]])
        #expect(followers.count == 1 && followers[0]["url"] as? String == replica.url)
        #expect(replica.stop() == 0 && primary.stop() == 0)
    }

    /// Waits until a key works.
    private static func settleKey(_ client: ClaimClient) async throws {
        for _ in 0..<200 {
            if try await client.send("GET", "/api/admin/invitations/codes?limit=1").0 == 200 { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("the key did not arrive")
    }

    @Test func `is not ready while its primary is silent, and ready again when it is back`() async throws {
        let directory = try TemporaryDirectory("nodes")
        let primary = try Self.primary(directory)
        let replica = try Self.replica(directory, "replica", of: primary.url, "--max-lag-ms", "1800")
        func ready(_ wanted: UInt) async throws -> Bool {
            for _ in 0..<200 {
                if try await Self.client(replica).send("GET", "/readyz").0 == wanted { return true }
                try await Task.sleep(for: .milliseconds(50))
            }
            return false
        }
        #expect(try await ready(200))
        #expect(primary.stop(SIGKILL) != 0)
        #expect(try await ready(503))
        let again = try Self.primary(directory, port: primary.port)
        #expect(try await ready(200))
        #expect(replica.stop() == 0 && again.stop() == 0)
    }

    @Test(arguments: [false, true])
    func `that took over by mistake is told when the old primary is promoted again`(isRestarted: Bool) async throws {
        let directory = try TemporaryDirectory("nodes")
        var old = try Self.primary(directory)
        let code = try await Self.client(old).makeCode(places: 3)
        let replica = try Self.replica(directory, "replica", of: old.url)
        let leaf = try Self.replica(directory, "leaf", of: replica.url)
        try await Self.settle(leaf, at: try await Self.position(old))
        #expect(try replica.client("promote", key: Self.rootKey).code == 0)
        try await Self.wait(old, "role", "superseded")
        try await Self.wait(leaf, "primary", replica.url)
        if isRestarted {
            #expect(old.stop() == 0)
            old = try Self.primary(directory, port: old.port)
            #expect(try await Self.status(old)["role"] as? String == "superseded")
        }
        let back = try old.client("promote", key: Self.rootKey)
        #expect(back.code == 0, "\(back.errors)")
        try await Self.wait(replica, "role", "superseded")
        let (status, headers, _) = try await Self.client(replica).exchange(
            "POST", "/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":"ana"}"#)
        // `serve` has no key for others here; it has its address all the same.
        #expect(status == 421 && headers["usher-primary"] == old.url, "\(headers)")
        #expect(await Self.client(old).redeem(code, "ana") != nil)
        #expect(leaf.stop() == 0 && replica.stop() == 0 && old.stop() == 0)
    }

    @Test func `of a replica that is promoted tells the primary at the far end, too`() async throws {
        let directory = try TemporaryDirectory("nodes")
        let primary = try Self.primary(directory)
        let replica = try Self.replica(directory, "replica", of: primary.url)
        let leaf = try Self.replica(directory, "leaf", of: replica.url)
        try await Self.settle(leaf, at: try await Self.position(primary))
        #expect(try leaf.client("promote", "--tell", leaf.url, key: Self.rootKey).code == 0)
        try await Self.wait(primary, "role", "superseded")
        try await Self.wait(primary, "primary", leaf.url)
        try await Self.wait(replica, "primary", leaf.url)
        #expect(leaf.stop() == 0 && replica.stop() == 0 && primary.stop() == 0)
    }

    @Test func `takes over when promoted; the old primary is told, refuses writes, and can follow`() async throws {
        let directory = try TemporaryDirectory("nodes")
        let old = try Self.primary(directory)
        let code = try await Self.client(old).makeCode(places: 3)
        #expect(await Self.client(old).redeem(code, "ana") != nil)
        let replica = try Self.replica(directory, "replica", of: old.url)
        try await Self.settle(replica, at: try await Self.position(old))
        let promoted = try replica.client("promote", "--json", key: Self.rootKey)
        #expect(try promoted.json()["epoch"] as? Int ?? 0 > 1, "\(promoted.errors)")
        #expect(await Self.client(replica).redeem(code, "ben") != nil)
        try await Self.wait(old, "role", "superseded")
        let (status, headers, _) = try await Self.client(old).exchange(
            "POST", "/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":"cleo"}"#)
        #expect(status == 421 && headers["usher-primary"] == replica.url)
        #expect(old.stop() == 0)
        // It comes back: told so, from its own directory.
        let back = try Self.primary(directory)
        #expect(try await Self.status(back)["role"] as? String == "superseded")
        #expect(back.stop() == 0)
        let refused = try Usher.run(
            "replica", "--data", directory.path + "/primary", "--primary", replica.url, "--listen", "127.0.0.1:0",
            environment: ["USHER_PRIMARY_KEY": Self.rootKey])
        #expect(refused.code == 1 && refused.errors.contains("--force"))
        let rejoined = try UsherServerProcess(
            "replica", data: directory.path + "/primary",
            ["--primary", replica.url, "--force", "--root-key", Self.rootKey],
            environment: ["USHER_PRIMARY_KEY": Self.rootKey])
        try await Self.settle(rejoined, at: try await Self.position(replica))
        #expect(try await Self.client(rejoined).redemptions().keys.sorted() == ["ana", "ben"])
        #expect(rejoined.stop() == 0 && replica.stop() == 0)
        let verdict = try Usher.run("verify", "--data", directory.path + "/replica")
        #expect(verdict.code == 0, "\(verdict.output)")
    }

    /// Counts the acknowledged claims that promotions after the primary's death have lost, over some rounds.
    private func lost(syncReplicas: String, rounds: Int) async throws -> (lost: Int, acknowledged: Int) {
        var (lost, all) = (0, 0)
        var random = SeededGenerator(seed: 7)
        for _ in 0..<rounds {
            let directory = try TemporaryDirectory("failover")
            let old = try Self.primary(directory)
            let code = try await Self.client(old).makeCode(places: 100_000)
            let line = try await FaultyProxy.start(to: old.port, seed: random.next())
            line.set(cutPerThousand: 0, delayMillisecondsMax: 10)
            let replica = try Self.replica(directory, "replica", of: line.url)
            try await Self.settle(replica, at: try await Self.position(old))
            let (status, _) = try await Self.client(old).send(
                "PATCH", "/api/admin/replication", "{\"sync_replicas\":\(syncReplicas)}")
            #expect(status == 200)
            let load = Task { [client = Self.client(old)] in await Self.claim(client, code) }
            while try await Self.client(old).usedPlaces() < 20 { try await Task.sleep(for: .milliseconds(20)) }
            try await Task.sleep(for: .milliseconds(Int(random.next() % 200)))
            _ = old.stop(SIGKILL)
            load.cancel()
            let acknowledged = await load.value
            #expect(try replica.client("promote", key: Self.rootKey).code == 0)
            let stored = try await Self.client(replica).redemptions()
            all += acknowledged.count
            lost += acknowledged.filter { stored[$0.key] != [$0.value] }.count
            #expect(replica.stop() == 0)
            try await line.stop()
        }
        return (lost, all)
    }

    @Test func `promoted after the primary's death has every acknowledged claim with --sync-replicas 1`() async throws {
        let (lost, acknowledged) = try await lost(syncReplicas: "1", rounds: 3)
        #expect(lost == 0 && acknowledged > 30)
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["USHER_TEST_LOSS"] != nil, "measures, proves nothing"))
    func `promoted after the primary's death without --sync-replicas has lost what was on its way`() async throws {
        let (lost, acknowledged) = try await lost(syncReplicas: "0", rounds: 20)
        print("lost \(lost) of \(acknowledged) acknowledged claims in 20 promotions over a line of 0 to 10 ms")
    }

    @Test func `that is stopped can be promoted where it lies and started as a primary`() async throws {
        let directory = try TemporaryDirectory("nodes")
        let old = try Self.primary(directory)
        let code = try await Self.client(old).makeCode(places: 3)
        let replica = try Self.replica(directory, "replica", of: old.url)
        try await Self.settle(replica, at: try await Self.position(old))
        #expect(replica.stop() == 0)
        let data = directory.path + "/replica"
        let wrong = try Usher.run("serve", "--data", data, "--listen", "127.0.0.1:0")
        #expect(wrong.code != 0 && wrong.errors.contains("replica"))
        let promoted = try Usher.run("promote", "--data", data, "--tell", old.url, "--primary-key", Self.rootKey)
        #expect(promoted.code == 0 && promoted.output.contains("of epoch "), "\(promoted.errors)")
        #expect(promoted.errors.contains("--advertise"), "nobody knows yet where it will be: \(promoted.errors)")
        #expect(try await Self.status(old)["role"] as? String == "superseded")
        let primary = try UsherServerProcess(
            data: data, ["--root-key", Self.rootKey], environment: ["USHER_PRIMARY_KEY": Self.rootKey])
        try await Self.wait(old, "primary", primary.url)
        #expect(await Self.client(primary).redeem(code, "ana") != nil)
        #expect(primary.stop() == 0 && old.stop() == 0)
        #expect(try Usher.run("verify", "--data", data).code == 0)
    }

    @Test func `repairs itself when its files are damaged`() async throws {
        let directory = try TemporaryDirectory("nodes")
        let primary = try Self.primary(directory)
        let code = try await Self.client(primary).makeCode(places: 1000)
        let replica = try Self.replica(directory, "replica", of: primary.url)
        for number in 0..<50 { _ = await Self.client(primary).redeem(code, "r\(number)") }
        try await Self.settle(replica, at: try await Self.position(primary))
        #expect(replica.stop(SIGKILL) != 0)
        let journal = directory.path + "/replica/journal"
        let segment = try #require(try FileManager.default.contentsOfDirectory(atPath: journal).sorted().last)
        try flipByte(of: journal + "/" + segment, at: 700)
        let again = try Self.replica(directory, "replica", of: primary.url)
        #expect(again.hasSaid("Bootstrapping"))
        try await Self.settle(again, at: try await Self.position(primary))
        #expect(try await Self.client(again).redemptions().count == 50)
        #expect(again.stop() == 0 && primary.stop() == 0)
        #expect(try Usher.run("verify", "--data", directory.path + "/replica").code == 0)
    }

    @Test func `serves the reads of a mixed load while its primary takes the claims`() async throws {
        let directory = try TemporaryDirectory("mixed")
        let primary = try Self.primary(directory)
        let replica = try Self.replica(directory, "replica", of: primary.url)
        try await Self.settle(replica, at: Self.position(primary))
        func load(_ replica: String) throws -> Usher.Outcome {
            try primary.client(
                "bench", "http", "--workload", "mixed", "--replica", replica, "--duration", "1", "--warmup", "0",
                "--connections", "8", "--json", key: Self.rootKey)
        }
        let outcome = try load(replica.url)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let phases = try #require(try outcome.json()["phases"] as? [[String: Any]])
        #expect(phases.map { $0["name"] as? String } == ["mixed", "reads"])
        #expect(
            phases.allSatisfy {
                ($0["goodput_per_second"] as? Double ?? 0) > 0 && ($0["errors"] as? [String: Int]) == [:]
            })
        #expect(replica.stop() == 0)
        #expect(try load(replica.url).code != 0, "the reads go where they were sent, and nowhere else")
        #expect(primary.stop() == 0)
    }

    @Test func `keeps metrics, as a primary does unless it is told not to, and computes them anew on command`()
        async throws
    {
        let directory = try TemporaryDirectory("nodes")
        let primary = try Self.primary(directory, "--no-metrics")
        let code = try await Self.client(primary).makeCode(places: 10)
        for number in 0..<4 { _ = await Self.client(primary).redeem(code, "r\(number)") }
        #expect(try await Self.client(primary).send("GET", "/api/admin/invitations/metrics").0 == 503)
        #expect(primary.stop() == 0)
        let data = directory.path + "/primary"
        let rebuilt = try Usher.run("metrics", "rebuild", "--data", data)
        #expect(rebuilt.code == 0 && rebuilt.output.contains("computed anew"), "\(rebuilt.errors)")
        let verdict = try Usher.run("verify", "--data", data, "--metrics")
        #expect(verdict.code == 0 && verdict.output.contains("derived records"), "\(verdict.output)")
        let again = try Self.primary(directory)
        #expect(await Self.client(again).redeem(code, "late") != nil)
        let (status, answer) = try await Self.client(again).send("GET", "/api/admin/invitations/metrics?since_days=1")
        let figures = answer["data"] as? [String: Any]
        #expect(status == 200 && figures?["redemptions"] as? Int == 5, "current on a primary")
        #expect(again.stop() == 0)
    }

    @Test func `runs beside its primary with the three commands of the guide`() async throws {
        let directory = try TemporaryDirectory("guide")
        let guide = try Documents.text("docs/replication.md")
        var script = try #require(guide.firstMatch(of: /```sh\n([^`]*)```/).map { String($0.1) })
        let ports = (0..<3).map { _ in Int.random(in: 20_000..<30_000) }
        for (written, port) in zip([7070, 7071, 7072], ports) {
            script = script.replacing(":\(written)", with: ":\(port)")
        }
        script = script.replacing(".build/release/usher", with: Usher.binary.path)
            .replacing("/tmp/usher", with: directory.path)
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/bash")
        shell.arguments = ["-c", script + "echo nodes $(jobs -p); wait"]
        shell.environment = Usher.environment([:])
        let output = try Capture()
        shell.standardOutput = output.handle
        shell.standardError = output.handle
        try shell.run()
        let client = ClaimClient(url: "http://127.0.0.1:\(ports[0])", key: "usher_try_me_0123456789")
        var followers = 0
        for _ in 0..<300 where followers < 2 {
            let status = try? await client.send("GET", "/api/admin/replication").1["data"] as? [String: Any]
            followers = (status?["followers"] as? [Any])?.count ?? 0
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(followers == 2, "\(output.text)")
        let nodes = try #require(output.text.firstMatch(of: /nodes ([0-9 ]+)/)).1.split(separator: " ")
        for node in nodes { kill(try #require(Int32(node)), SIGTERM) }
        shell.waitForEnd()
        #expect(nodes.count == 3 && shell.terminationStatus == 0)
    }

    // MARK: Everything at once

    /// Rounds of killing; `USHER_TEST_CHAOS` asks for more.
    private let rounds = Int(ProcessInfo.processInfo.environment["USHER_TEST_CHAOS"] ?? "") ?? 8

    @Test func `and its primary end equal, with every acknowledged claim, whatever is killed and cut`() async throws {
        let directory = try TemporaryDirectory("chaos")
        var random = SeededGenerator(seed: 20_261_121)
        var primary = try Self.primary(directory)
        let port = primary.port
        let code = try await Self.client(primary).makeCode(places: 1_000_000)
        let lines = [
            try await FaultyProxy.start(to: port, seed: 1), try await FaultyProxy.start(to: port, seed: 2),
        ]
        var replicas = [
            try Self.replica(directory, "one", of: lines[0].url), try Self.replica(directory, "two", of: lines[1].url),
        ]
        let load = Task { [client = Self.client(primary)] in await Self.claim(client, code) }
        for _ in 0..<rounds {
            for line in lines { line.set(cutPerThousand: 30, delayMillisecondsMax: 20) }
            try await Task.sleep(for: .milliseconds(Int(150 + random.next() % 300)))
            switch random.next() % 3 {
            case 0:
                _ = primary.stop(SIGKILL)
                primary = try Self.primary(directory, port: port)
            case 1:
                let ports = replicas[0].port
                _ = replicas[0].stop(SIGKILL)
                replicas[0] = try Self.replica(directory, "one", of: lines[0].url, port: ports)
            default:
                let ports = replicas[1].port
                _ = replicas[1].stop(SIGKILL)
                replicas[1] = try Self.replica(directory, "two", of: lines[1].url, port: ports)
            }
        }
        for line in lines { line.set(cutPerThousand: 0, delayMillisecondsMax: 0) }
        load.cancel()
        let acknowledged = await load.value
        let position = try await Self.position(primary)
        for node in [primary] + replicas {
            try await Self.settle(node, at: position)
            let stored = try await Self.client(node).redemptions()
            if node !== primary {
                let figures = try await Self.client(node).send("GET", "/api/admin/invitations/metrics").1["data"]
                #expect((figures as? [String: Any])?["redemptions"] as? Int == stored.count)
            }
            #expect(acknowledged.allSatisfy { stored[$0.key] == [$0.value] }, "\(node.url) lost an acknowledged claim")
        }
        #expect(acknowledged.count > rounds)
        #expect(primary.stop() == 0 && replicas.allSatisfy { $0.stop() == 0 })
        var ends: Set<String> = []
        for name in ["primary", "one", "two"] {
            let verdict = try Usher.run("verify", "--data", directory.path + "/" + name, "--metrics", "--json")
            #expect(verdict.code == 0, "\(name): \(verdict.output)")
            let end = try verdict.json()
            let checks = try #require(end["checks"] as? [[String: Any]])
            let metrics = checks.first { $0["name"] as? String == "metrics" }?["outcome"] as? String
            #expect(metrics == "passed", "\(name)")
            ends.insert("\(end["position"] ?? "?") \(end["digest"] ?? "?")")
        }
        #expect(ends.count == 1, "equal digests at equal positions: \(ends)")
        for line in lines { try await line.stop() }
    }

    @Test(.enabled(if: NetworkNamespace.isAllowed, "needs root and network namespaces"))
    func `on another host catches up when the cable was pulled, for a moment and for longer than a connection lives`()
        async throws
    {
        let directory = try TemporaryDirectory("hosts")
        let hosts = [try NetworkNamespace(number: 1), try NetworkNamespace(number: 2)]
        let primary = try UsherServerProcess(
            data: directory.path + "/primary", ["--root-key", Self.rootKey], listen: "0.0.0.0:0")
        let local = ClaimClient(url: "http://127.0.0.1:\(primary.port)", key: Self.rootKey)
        let code = try await local.makeCode(places: 1_000_000)
        let replicas = try hosts.map { host in
            try UsherServerProcess(
                "replica", data: directory.path + "/" + host.name,
                ["--primary", "http://\(host.hostAddress):\(primary.port)", "--root-key", Self.rootKey],
                environment: ["USHER_PRIMARY_KEY": Self.rootKey], listen: host.address + ":7070",
                namespace: host.name)
        }
        let load = Task { await Self.claim(local, code) }
        for (host, milliseconds) in [(0, 400), (1, 700), (0, 6500)] {
            try await Task.sleep(for: .milliseconds(300))
            try hosts[host].plug(false)
            try await Task.sleep(for: .milliseconds(milliseconds))
            try hosts[host].plug(true)
        }
        load.cancel()
        let acknowledged = await load.value
        let status = try #require(try await local.send("GET", "/api/admin/replication").1["data"] as? [String: Any])
        let position = try #require(status["position"] as? String)
        for replica in replicas {
            try await Self.settle(replica, at: position)
            let stored = try await Self.client(replica).redemptions()
            #expect(acknowledged.allSatisfy { stored[$0.key] == [$0.value] })
        }
        #expect(acknowledged.count > 100)
        #expect(primary.stop() == 0 && replicas.allSatisfy { $0.stop() == 0 })
        for host in hosts {
            #expect(try Usher.run("verify", "--data", directory.path + "/" + host.name, "--metrics").code == 0)
        }
    }

    /// Claims until it is cancelled, whatever the server does; gives what was acknowledged.
    private static func claim(_ client: ClaimClient, _ code: String) async -> [String: Int] {
        await withTaskGroup(of: [String: Int].self) { group in
            for worker in 0..<4 {
                group.addTask {
                    var answers: [String: Int] = [:]
                    var number = 0
                    while !Task.isCancelled {
                        number += 1
                        let redeemer = "w\(worker)-\(number)"
                        if let id = await client.redeem(code, redeemer) {
                            answers[redeemer] = id
                        } else {
                            try? await Task.sleep(for: .milliseconds(20))
                        }
                    }
                    return answers
                }
            }
            return await group.reduce(into: [:]) { $0.merge($1) { _, new in new } }
        }
    }
}
