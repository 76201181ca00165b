import Foundation
import TestSupport
import Testing

/// The real server, killed without warning while clients claim.
@Suite(.serialized) struct `A killed server` {
    /// Thirty in every run; `USHER_TEST_KILLS` asks for more.
    private let kills = Int(ProcessInfo.processInfo.environment["USHER_TEST_KILLS"] ?? "") ?? 30
    private static let rootKey = "usher_kill_test_root_key_0123456789ABCDEF"
    private static let places = 1_000_000

    @Test func `keeps every acknowledged claim, nothing twice, and verifies clean`() async throws {
        let directory = try TemporaryDirectory("kill")
        let data = directory.path + "/data"
        var random = SeededGenerator(seed: 20_270_101)
        var code: String?
        var acknowledged: [String: Int] = [:]
        for round in 0..<kills {
            let server = try UsherServerProcess(data: data, ["--root-key", Self.rootKey])
            let api = ClaimClient(url: server.url, key: Self.rootKey)
            let text = try await code == nil ? api.makeCode(places: Self.places) : code
            code = text
            let load = Task { [acknowledged] in
                try await Self.claim(api, try #require(text), round: round, known: acknowledged)
            }
            try await Task.sleep(for: .milliseconds(Int(20 + random.next() % 200)))
            _ = server.stop(SIGKILL)
            for (redeemer, id) in try await load.value { acknowledged[redeemer] = id }
            if round % 10 == 9 {
                let verdict = try Usher.run("verify", "--data", data)
                #expect(verdict.code == 0, "round \(round): \(verdict.output) \(verdict.errors)")
            }
        }
        #expect(acknowledged.count > kills, "the clients got somewhere")
        try await check(data, acknowledged)
    }

    /// Eight clients claim until the server is gone; half of the redeemers have claimed before.
    private static func claim(
        _ api: ClaimClient, _ code: String, round: Int, known: [String: Int]
    ) async throws -> [String: Int] {
        let veterans = Array(known.prefix(200))
        return try await withThrowingTaskGroup(of: [String: Int].self) { group in
            for client in 0..<8 {
                group.addTask {
                    var answers: [String: Int] = [:]
                    var number = 0
                    while true {
                        number += 1
                        let veteran = veterans.isEmpty ? nil : veterans[(number * 7 + client) % veterans.count]
                        let old = number % 2 == 0 ? veteran : nil
                        let redeemer = old?.key ?? "r\(round)-\(client)-\(number)"
                        guard let id = await api.redeem(code, redeemer) else { return answers }
                        if let old { #expect(old.value == id, "\(redeemer) got another redemption after a kill") }
                        answers[redeemer] = id
                    }
                }
            }
            return try await group.reduce(into: [:]) { $0.merge($1) { _, new in new } }
        }
    }

    private func check(_ data: String, _ acknowledged: [String: Int]) async throws {
        let server = try UsherServerProcess(data: data, ["--root-key", Self.rootKey])
        let api = ClaimClient(url: server.url, key: Self.rootKey)
        let stored = try await api.redemptions()
        for (redeemer, id) in acknowledged { #expect(stored[redeemer] == [id], "\(redeemer)") }
        #expect(stored.values.allSatisfy { $0.count == 1 }, "one redemption for one redeemer")
        #expect(try await api.usedPlaces() == stored.count)
        #expect(server.stop() == 0)
        #expect(try Usher.run("verify", "--data", data).code == 0)
    }
}
