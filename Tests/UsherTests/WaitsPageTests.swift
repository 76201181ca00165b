import Foundation
import TestSupport
import Testing

/// `docs/operating/waits.md` and the tests that walk through it.
@Suite struct `The page of waits` {
    private static let rootKey = "usher_waits_test_root_key_0123456789"

    @Test func `has a test for each of its rows, and a row for each test`() throws {
        let rows = try Documents.text("docs/operating/waits.md").matches(of: /\n\| (W\d+) \|/).map { String($0.1) }
        #expect(!rows.isEmpty && rows == (1...rows.count).map { "W\($0)" }, "the rows are numbered without gaps")
        let folder = Documents.root.appendingPathComponent("Tests")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var tested: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for name in text.matches(of: /func `([^`]+)`/) {
                tested.formUnion(name.1.prefix { $0 != ":" }.matches(of: /\bW\d+\b/).map { String($0.0) })
            }
        }
        #expect(tested == Set(rows))
    }

    @Test func `W14: a follower that hears nothing of its upstream opens the stream again`() async throws {
        let directory = try TemporaryDirectory("silence")
        let primary = try UsherServerProcess(data: directory.path + "/a", ["--root-key", Self.rootKey])
        let replica = try UsherServerProcess(
            "replica", data: directory.path + "/b", ["--primary", primary.url, "--root-key", Self.rootKey],
            environment: ["USHER_PRIMARY_KEY": Self.rootKey])
        let client = ClaimClient(url: replica.url, key: Self.rootKey)
        func wait(for state: String, connections: Int) async throws -> Bool {
            for _ in 0..<400 {
                let (_, answer) = try await client.send("GET", "/api/admin/replication")
                let following = (answer["data"] as? [String: Any])?["following"] as? [String: Any]
                let opened = following?["connections"] as? Int ?? 0
                if following?["state"] as? String == state, opened >= connections { return true }
                try await Task.sleep(for: .milliseconds(50))
            }
            return false
        }
        #expect(try await wait(for: "following", connections: 1))
        kill(primary.number, SIGSTOP)
        #expect(try await wait(for: "connecting", connections: 1))
        kill(primary.number, SIGCONT)
        #expect(try await wait(for: "following", connections: 2))
        #expect(primary.stop() == 0 && replica.stop() == 0)
    }
}
