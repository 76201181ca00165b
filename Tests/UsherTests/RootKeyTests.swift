import Foundation
import Journal
import TestSupport
import Testing

@Suite("The root key of a first start")
struct RootKeyTests {
    @Test("that is given in the place of another, and again, is told of in the log by its id, never by its text")
    func isLogged() async throws {
        let directory = try TemporaryDirectory("root-key-log")
        let keys = ["usher_log_test_first_root_0123456789", "usher_log_test_other_root_0123456789"]
        var ids: [String: String] = [:]
        let expected = [
            (0, ["key_created 0"]), (0, []), (1, ["key_revoked 0", "key_created 1"]),
            (0, ["key_revoked 1", "key_reinstated 0"]),
        ]
        for (given, news) in expected {
            let server = try UsherServerProcess(
                data: directory.path, ["--log-format", "json"], environment: ["USHER_ROOT_KEY": keys[given]])
            #expect(server.stop() == 0)
            var told: [String] = []
            for line in server.complaints.split(separator: "\n") {
                let fields = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
                guard let event = fields["event"] as? String, event.hasPrefix("key_") else { continue }
                #expect(fields["level"] as? String == "notice" && fields["by"] as? String == "given_root_key")
                let id = try #require(fields["subject"] as? String)
                if event == "key_created" { ids[id] = String(given) }
                told.append("\(event) \(ids[id] ?? id)")
            }
            #expect(told == news, "\(server.complaints)")
            #expect(!SecretScan(for: keys).holds(server.complaints))
        }
        let made = try UsherServerProcess(data: directory.path + "/made")
        #expect(made.stop() == 0 && made.complaints.contains("key_created"))
    }

    @Test("is shown once, and no file of the primary, of a replica, of a restore or of a log holds it")
    func isNowhere() async throws {
        let directory = try TemporaryDirectory("root-key-scan")
        let primary = try UsherServerProcess(data: directory.path + "/primary")
        let key = try #require(primary.rootKey)
        let client = ClaimClient(url: primary.url, key: key)
        let scan = SecretScan(for: [key])
        let replica = try UsherServerProcess(
            "replica", data: directory.path + "/replica", ["--primary", primary.url],
            environment: ["USHER_PRIMARY_KEY": key])
        // Ways of a key into what is stored: as a credential of answers, and shown in one.
        for number in 0..<3 {
            let code = try await client.makeCode(places: 9)
            _ = await client.redeem(code, "r\(number)")
            let (status, _, _) = try await client.exchange(
                "POST", "/api/admin/invitations/keys", #"{"name":"k","scopes":["root"]}"#,
                headers: ["Idempotency-Key": "k\(number)"])
            #expect(status == 201)
        }
        let (_, headers, _) = try await client.exchange("GET", "/api/admin/invitations/keys")
        let position = try #require(headers["usher-position"])
        let (reached, _, _) = try await ClaimClient(url: replica.url, key: key).exchange(
            "GET", "/api/admin/invitations/keys",
            headers: ["Usher-Min-Position": position, "Usher-Wait-Ms": "30000"])
        #expect(reached == 200, "the key works on the replica, by its hash")
        let snapshot = directory.path + "/snapshot"
        #expect(try primary.client("snapshot", "--output", snapshot, key: key).code == 0)
        #expect(primary.stop() == 0 && replica.stop() == 0)
        #expect(try Usher.run("restore", "--snapshot", snapshot, "--data", directory.path + "/restored").code == 0)

        for (node, role) in [("primary", JournalRole.primary), ("replica", .replica), ("restored", .primary)] {
            let (found, files, frames) = try scan.places(inDirectory: directory.path + "/" + node, role: role)
            #expect(found == [] && files > 2, "\(node)")
            #expect(frames > 5 || node != "primary")
        }
        #expect(try scan.places(inSnapshot: snapshot) == [])
        #expect(primary.banner.ranges(of: key).count == 1 && !scan.holds(primary.complaints))
        #expect(!scan.holds(replica.banner) && !scan.holds(replica.complaints))
    }
}
