import Foundation
import TestSupport
import Testing

/// A primary, a replica of it, and a replica of that one, as processes.
@Suite(.serialized) struct `A chain of replicas` {
    private static let rootKey = "usher_chain_test_root_0123456789ABCDEF"

    /// The nodes, from the primary on.
    private struct Chain {
        var directory: TemporaryDirectory
        var nodes: [UsherServerProcess]

        static func start(_ name: String) throws -> Chain {
            let directory = try TemporaryDirectory(name)
            var nodes = [
                try UsherServerProcess(data: directory.path + "/0", ["--root-key", rootKey])
            ]
            for number in 1...2 {
                nodes.append(
                    try UsherServerProcess(
                        "replica", data: directory.path + "/\(number)",
                        ["--primary", nodes[number - 1].url, "--max-lag-ms", "2000"],
                        environment: ["USHER_PRIMARY_KEY": rootKey]))
            }
            return Chain(directory: directory, nodes: nodes)
        }

        func client(_ number: Int) -> ClaimClient { ClaimClient(url: nodes[number].url, key: rootKey) }

        /// The state of following, as a node tells it.
        func following(_ number: Int) async throws -> [String: Any] {
            let answer = try await client(number).send("GET", "/api/admin/replication").1
            return (answer["data"] as? [String: Any])?["following"] as? [String: Any] ?? [:]
        }

        /// Waits until a node is ready, or is not.
        func wait(_ number: Int, for status: UInt) async throws -> Bool {
            for _ in 0..<600 {
                if try await client(number).send("GET", "/readyz").0 == status { return true }
                try await Task.sleep(for: .milliseconds(50))
            }
            return false
        }

        /// Waits until a node has another's position.
        func settle(_ number: Int) async throws {
            let answer = try await client(0).send("GET", "/api/admin/replication").1
            let position = try #require((answer["data"] as? [String: Any])?["position"] as? String)
            for _ in 0..<30 {
                let (status, _, _) = try await client(number).exchange(
                    "GET", "/api/admin/invitations/codes?limit=1", headers: ["Usher-Min-Position": position])
                if status == 200 { return }
            }
            Issue.record("node \(number) did not reach \(position)")
        }
    }

    @Test(arguments: [SIGKILL, SIGSTOP])
    func `is not ready anywhere below a primary that is dead or frozen, and says so in its log`(
        signal: Int32
    ) async throws {
        let chain = try Chain.start("chain")
        for number in 0...2 { #expect(try await chain.wait(number, for: 200)) }
        // The last one has a line that is well, to a node that is well.
        if signal == SIGSTOP { kill(chain.nodes[0].number, SIGSTOP) } else { _ = chain.nodes[0].stop(signal) }
        for number in 1...2 {
            #expect(try await chain.wait(number, for: 503), "node \(number)")
            let lag = try await chain.following(number)["lag_ms"]
            #expect(lag is NSNull || (lag as? Int ?? 0) > 2000, "node \(number): \(lag ?? "?")")
        }
        #expect(try await chain.following(2)["state"] as? String == "following")
        // The log is written by looking twice a second.
        var (near, far) = ("", "")
        for _ in 0..<100 where !near.contains("not_ready") || !far.contains("reason=lagging") {
            try await Task.sleep(for: .milliseconds(100))
            (near, far) = (chain.nodes[1].complaints, chain.nodes[2].complaints)
        }
        #expect(near.contains("not_ready"), "\(near)")
        #expect(signal == SIGSTOP || near.contains("primary_lost"), "\(near)")
        #expect(far.contains("reason=lagging") && !far.contains("primary_lost"), "\(far)")
        if signal == SIGSTOP {
            kill(chain.nodes[0].number, SIGCONT)
            for number in 0...2 { #expect(try await chain.wait(number, for: 200)) }
            #expect(chain.nodes[2].hasSaid("ready_again"))
            #expect(chain.nodes[0].stop() == 0)
        }
        for number in 1...2 { #expect(chain.nodes[number].stop() == 0) }
    }

    @Test func `ends everywhere when the primary is restored from an older snapshot, and each says what to do`()
        async throws
    {
        let chain = try Chain.start("restored")
        let code = try await chain.client(0).makeCode(places: 10)
        #expect(await chain.client(0).redeem(code, "before") != nil)
        let snapshot = chain.directory.path + "/snapshot"
        #expect(try chain.nodes[0].client("snapshot", "--output", snapshot, key: Self.rootKey).code == 0)
        #expect(await chain.client(0).redeem(code, "after") != nil)
        for number in 1...2 { try await chain.settle(number) }
        let port = chain.nodes[0].port
        #expect(chain.nodes[0].stop() == 0)
        let data = chain.directory.path + "/new"
        #expect(try Usher.run("restore", "--snapshot", snapshot, "--data", data).code == 0)
        let restored = try UsherServerProcess(
            data: data, ["--root-key", Self.rootKey], listen: "127.0.0.1:\(port)")
        for number in 1...2 {
            #expect(chain.nodes[number].waitUntilExit() == 5, "node \(number)")
            let words = chain.nodes[number].complaints
            for word in ["another history", "usher snapshot --data", "--force", "--primary URL"] {
                #expect(words.contains(word), "node \(number): \(words)")
            }
        }
        #expect(restored.hasSaid("history_begun"))
        // Nothing was changed, and --force settles it for each.
        let near = try UsherServerProcess(
            "replica", data: chain.directory.path + "/1", ["--primary", restored.url, "--force"],
            environment: ["USHER_PRIMARY_KEY": Self.rootKey])
        #expect(near.stop() == 0)
        #expect(restored.stop() == 0)
    }

    @Test func `is told of a promotion, which says who has not answered; a node that never will is struck off`()
        async throws
    {
        let chain = try Chain.start("promotion")
        for number in 0...2 { #expect(try await chain.wait(number, for: 200)) }
        let dead = chain.nodes[0].url
        #expect(chain.nodes[0].stop(SIGKILL) != 0)
        let promoted = try chain.nodes[1].client(
            "promote", "--tell", chain.nodes[2].url, "--json", key: Self.rootKey)
        #expect(promoted.code == 0, "\(promoted)")
        let result = try promoted.json()
        #expect(result["untold"] as? [String] == [dead], "the other one was waited for")
        let reason = (result["reasons"] as? [String: String])?[dead]
        #expect(reason?.isEmpty == false)
        let shown = try chain.nodes[1].client("replication", key: Self.rootKey)
        #expect(shown.output.contains("has not heard of this primary: \(dead)"), "\(shown.output)")
        let struck = try chain.nodes[1].client("replication", "--strike-off", dead, key: Self.rootKey)
        #expect(struck.code == 0 && !struck.output.contains("has not heard of this primary"), "\(struck)")
        #expect(try chain.nodes[1].client("replication", "--strike-off", dead, key: Self.rootKey).code == 1)
        for event in ["promotion_begun", "promoted", "peer_told", "peer_silent", "struck_off", "role_changed"] {
            #expect(chain.nodes[1].hasSaid(event), "\(event)")
        }
        #expect(chain.nodes[1].stop() == 0 && chain.nodes[2].stop() == 0)
        // It is forgotten over a restart, too.
        let manifest = try String(contentsOfFile: chain.directory.path + "/1/usher.json", encoding: .utf8)
        #expect(!manifest.contains("untold"))
    }
}
