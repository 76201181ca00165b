import Foundation
import TestSupport
import Testing

@testable import usher

/// Starts servers on machines that give them too little, and checks the addresses that they name.
@Suite struct `A start` {
    private static let rootKey = "usher_address_test_root_key_0123456789"

    /// Runs a command with a limit on open files.
    private func run(openFiles: Int, _ arguments: [String]) throws -> (code: Int32, text: String) {
        let words = ([Usher.binary.path] + arguments).map { "'\($0)'" }.joined(separator: " ")
        return try runTool("/bin/sh", ["-c", "ulimit -n \(openFiles); exec \(words)"])
    }

    @Test func `is refused where the limit on open files is too low for a server, and nothing is made`() throws {
        let directory = try TemporaryDirectory("files")
        let data = directory.path + "/data"
        let (code, text) = try run(openFiles: 64, ["serve", "--data", data, "--listen", "127.0.0.1:0"])
        #expect(code == 1)
        for word in ["64", "ulimit -n 65536", "LimitNOFILE", "--ulimit nofile", "nothing was started"] {
            #expect(text.contains(word), "\(text)")
        }
        #expect(!FileManager.default.fileExists(atPath: data))
    }

    @Test(arguments: [true, false])
    func `warns of a limit on open files that is too low for the connections somebody chose, not for the default`(
        isChosen: Bool
    ) throws {
        let directory = try TemporaryDirectory("files")
        let words = [
            "serve", "--data", directory.path + "/data", "--listen", "127.0.0.1:0", "--root-key", Self.rootKey,
        ]
        let command = ([Usher.binary.path] + words + (isChosen ? ["--max-connections", "20000"] : [])).map { "'\($0)'" }
        let output = "\(directory.path)/output"
        let script = """
            ulimit -n 1000
            \(command.joined(separator: " ")) > '\(output)' 2>&1 & server=$!
            for look in $(seq 300); do if grep -q started: '\(output)'; then break; fi; sleep 0.2; done
            kill $server; wait $server; cat '\(output)'
            """
        let (_, text) = try runTool("/bin/sh", ["-c", script])
        #expect(text.contains("listening"), "\(text)")
        #expect(text.contains("connections_lowered") == isChosen, "\(text)")
    }

    @Test func `is refused where an address that nobody can reach is to be advertised`() throws {
        let directory = try TemporaryDirectory("advertise")
        let data = directory.path + "/data"
        let key = ["USHER_PRIMARY_KEY": Self.rootKey]
        for url in ["http://0.0.0.0:7070", "http://[::]:7070", "http://0:7070"] {
            let commands = [
                ["serve", "--data", data, "--advertise", url],
                ["replica", "--data", data, "--primary", "http://127.0.0.1:1", "--advertise", url],
                ["promote", "--data", data, "--advertise", url],
            ]
            for command in commands {
                let outcome = try Usher.run(command, environment: key)
                #expect(outcome.code == 64 && outcome.errors.contains("no address that others can reach"), "\(outcome)")
            }
        }
        let outcome = try Usher.run(["serve", "--data", data], environment: ["USHER_ADVERTISE": "http://[::0]:1"])
        #expect(outcome.code == 64)
        #expect(!FileManager.default.fileExists(atPath: data))
    }

    @Test(arguments: [
        ("0.0.0.0", true), ("::", true), ("[::]", true), ("0", true), ("0:0:0:0:0:0:0:0", true),
        ("::ffff:0.0.0.0", true),
        ("127.0.0.1", false), ("::1", false), ("10.0.0.0", false), ("example.org", false), ("::ffff:10.0.0.1", false),
    ])
    func `knows an address that stands for all of the machine's`(host: String, isUnspecified: Bool) {
        #expect(ListenAddress.isUnspecified(host) == isUnspecified)
    }

    @Test func `finds the address that others reach this machine by, where there is a way to them`() {
        #expect(OwnAddress.towards("127.0.0.1") == "127.0.0.1")
        #expect(OwnAddress.towards("no-such-host.invalid") == nil)
    }

    @Test func `on every address advertises what it is told, or else a guess, and says so`() async throws {
        let directory = try TemporaryDirectory("everywhere")
        let primary = try UsherServerProcess(data: directory.path + "/a", ["--root-key", Self.rootKey])
        let client = ClaimClient(url: primary.url, key: Self.rootKey)
        for (number, advertised) in [nil, "http://seat.example.org:7070"].enumerated() {
            let replica = try UsherServerProcess(
                "replica", data: directory.path + "/b\(number)",
                ["--primary", primary.url, "--root-key", Self.rootKey]
                    + (advertised.map { ["--advertise", $0] } ?? []),
                environment: ["USHER_PRIMARY_KEY": Self.rootKey], listen: "0.0.0.0:0")
            var urls: [String?] = []
            for _ in 0..<200 where urls.isEmpty {
                let (_, answer) = try await client.send("GET", "/api/admin/replication")
                let data = try #require(answer["data"] as? [String: Any])
                let followers = try #require(data["followers"] as? [[String: Any]])
                urls = followers.map { $0["url"] as? String }
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(urls == [advertised ?? "http://127.0.0.1:\(replica.port)"])
            #expect(
                advertised == nil
                    ? replica.hasSaid("address_guessed") : !replica.complaints.contains("address_guessed"))
            #expect(replica.stop() == 0)
            for _ in 0..<200 {
                let (_, answer) = try await client.send("GET", "/api/admin/replication")
                let data = try #require(answer["data"] as? [String: Any])
                if (data["followers"] as? [Any])?.isEmpty == true { break }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        #expect(primary.stop() == 0)
    }

    @Test
    func `of a primary on every address says what it guesses, or that it cannot, and keeps quiet where it is told`()
        async throws
    {
        let directory = try TemporaryDirectory("primaries")
        for (number, advertised) in [nil, "http://seat.example.org:7070"].enumerated() {
            let primary = try UsherServerProcess(
                data: directory.path + "/\(number)",
                ["--root-key", Self.rootKey] + (advertised.map { ["--advertise", $0] } ?? []), listen: "0.0.0.0:0")
            #expect(primary.hasSaid("started:"))
            if advertised != nil {
                #expect(!primary.complaints.contains("address_"))
            } else if let own = OwnAddress.towards(OwnAddress.elsewhere) {
                #expect(primary.complaints.contains("address_guessed"))
                #expect(primary.complaints.contains("http://\(own):\(primary.port)"), "\(primary.complaints)")
            } else {
                #expect(primary.complaints.contains("address_unknown"), "\(primary.complaints)")
            }
            #expect(primary.stop() == 0)
        }
    }
}
