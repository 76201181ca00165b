import Foundation
import TestSupport
import Testing

/// The real server, killed without warning in the middle of big commands.
@Suite(.serialized) struct `A server killed in the middle of a big command` {
    private static let rootKey = "usher_kill_test_root_key_0123456789ABCDEF"
    private static let codes = "/api/admin/invitations/codes"

    @Test func `has all codes of it or none, continues to claim, and verifies clean with its metrics`() async throws {
        let directory = try TemporaryDirectory("bigkill")
        let data = directory.path + "/data"
        var random = SeededGenerator(seed: 20_270_102)
        var code = ""
        var expected = 0
        for round in 0..<4 {
            let server = try UsherServerProcess(data: data, ["--root-key", Self.rootKey, "--metrics"])
            let api = ClaimClient(url: server.url, key: Self.rootKey)
            if round == 0 {
                code = try await api.makeCode(places: 1_000_000)
                expected = 1
            }
            #expect(await api.redeem(code, "start-\(round)") != nil)
            let known = expected
            let load = Task { try? await api.send("POST", Self.codes, #"{"count":60000,"length":12}"#).0 }
            try await Task.sleep(for: .milliseconds(Int(30 + random.next() % 600)))
            #expect(await api.redeem(code, "beside-\(round)") != nil)
            _ = server.stop(SIGKILL)
            _ = await load.value
            let verdict = try Usher.run("verify", "--data", data, "--metrics")
            #expect(verdict.code == 0, "round \(round): \(verdict.output) \(verdict.errors)")
            let again = try UsherServerProcess(data: data, ["--root-key", Self.rootKey, "--metrics"])
            let after = ClaimClient(url: again.url, key: Self.rootKey)
            #expect(await after.redeem(code, "after-\(round)") != nil)
            let issued = try await Self.codesIssued(after)
            #expect(issued == known || issued == known + 60_000, "round \(round): \(issued) codes")
            expected = issued
            #expect(again.stop() == 0)
        }
        let verdict = try Usher.run("verify", "--data", data, "--metrics")
        #expect(verdict.code == 0, "\(verdict.output) \(verdict.errors)")
    }

    private static func codesIssued(_ api: ClaimClient) async throws -> Int {
        let (status, body) = try await api.send("GET", "/api/admin/invitations/metrics")
        #expect(status == 200)
        let data = try #require(body["data"] as? [String: Any])
        return try #require(data["codes_issued"] as? Int)
    }
}
