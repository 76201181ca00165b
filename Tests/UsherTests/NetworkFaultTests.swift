import Foundation
import TestSupport
import Testing

/// The words of commands when the network or the server fails them.
@Suite struct `A failure of the network` {
    /// Words of the libraries, which no message may have.
    private static let foreign = [
        "NIO", "HTTPClient", "IOError", "errno", "connect(", "Optional(", "SSL", "remoteConnectionClosed", "deadline",
    ]

    /// Runs a command that asks that server, and expects the exit code for a server that cannot be asked.
    private func complaint(_ url: String, _ more: String...) throws -> String {
        let outcome = try Usher.run(
            ["campaigns", "list", "--url", url] + more, environment: ["USHER_KEY": "usher_X"])
        #expect(outcome.code == 4, "\(outcome)")
        #expect(outcome.output.isEmpty)
        for word in Self.foreign { #expect(!outcome.errors.contains(word), "\(outcome.errors)") }
        return outcome.errors
    }

    @Test func `says that nothing listens, or that a name is not known`() throws {
        #expect(try complaint("http://127.0.0.1:1").contains("nothing listens at http://127.0.0.1:1."))
        #expect(try complaint("http://localhost:1").contains("nothing listens at http://localhost:1."))
        let name = try complaint("http://no-such-host.invalid:7070")
        #expect(name.contains("there is no host with the name no-such-host.invalid"))
    }

    @Test func `says which protocol a port speaks, and which was meant`() async throws {
        let directory = try TemporaryDirectory("speech")
        let server = try UsherServerProcess(data: directory.path)
        let secure = server.url.replacingOccurrences(of: "http:", with: "https:")
        #expect(try complaint(secure).contains("127.0.0.1:\(server.port) speaks http, not https: say \(server.url)."))
        #expect(server.stop() == 0)

        // A server of TLS answers plain HTTP with an alert, with an end, or with a page that is none of ours.
        let page = "HTTP/1.1 400 Bad Request\r\ncontent-length: 5\r\n\r\nhttps"
        let alert = try await FixedAnswerServer.start(answer: [21, 3, 3, 0, 2, 2, 70])
        #expect(try complaint("http://\(alert.place)").contains("speaks https, not http: say https://\(alert.place)."))
        let plain = try await FixedAnswerServer.start(answer: Array(page.utf8))
        let strange = try Usher.run("status", "--url", "http://\(plain.place)")
        #expect(strange.code == 1 && strange.errors.contains("answered with 400, and not as an usher server does"))
        try await alert.stop()
        try await plain.stop()
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/openssl"), "needs openssl"))
    func `tells a real server of TLS from one whose certificate is not trusted`() throws {
        let directory = try TemporaryDirectory("tls")
        let (key, certificate) = (directory.path + "/key", directory.path + "/certificate")
        let made = try runTool(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2", "-keyout", key,
                "-out", certificate,
            ])
        #expect(made.code == 0, "\(made.text)")
        let (process, output) = (Process(), try Capture())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = ["s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-www"]
        process.standardOutput = output.handle
        process.standardError = FileHandle.nullDevice
        process.standardInput = Pipe()
        try process.run()
        defer { process.terminate() }
        var place: String?
        while place == nil, process.isRunning {
            place = output.text.firstMatch(of: /ACCEPT (\S+)/).map { String($0.1) }
            if place == nil { Thread.sleep(forTimeInterval: 0.01) }
        }
        let found = try #require(place)
        #expect(try complaint("http://\(found)").contains("speaks https, not http: say https://\(found)."))
        #expect(try complaint("https://\(found)").contains("its certificate is not trusted by this machine"))
    }

    @Test func `says that there was no answer in time`() async throws {
        let silent = try await FixedAnswerServer.start(answer: nil)
        #expect(
            try complaint("http://\(silent.place)", "--timeout", "1").contains(
                "has not answered within --timeout, which is 1 s"))
        // Something was asked for, so that a repeat must be safe.
        let made = try Usher.run(
            "tenants", "create", "acme", "--url", "http://\(silent.place)", "--timeout", "1",
            "--idempotency-key", "mine", environment: ["USHER_KEY": "usher_X"])
        #expect(made.code == 4 && made.errors.contains("--idempotency-key mine: it is then done once"), "\(made)")
        try await silent.stop()
    }

    @Test func `says that the key is not known there, and where it came from`() throws {
        let directory = try TemporaryDirectory("unknown-key")
        let server = try UsherServerProcess(data: directory.path)
        let listed = try server.client("campaigns", "list", key: "usher_WRONG")
        #expect(listed.code == 1 && listed.errors.contains("the key in USHER_KEY is not known at \(server.url)"))
        let given = try Usher.run("keys", "list", "--url", server.url, "--key", "usher_WRONG")
        #expect(given.code == 1 && given.errors.contains("the key in --key is not known at \(server.url)"))
        #expect(server.stop() == 0)
    }

    @Test func `of what makes something makes it once, however often an answer is lost`() async throws {
        let directory = try TemporaryDirectory("lost")
        let server = try UsherServerProcess(data: directory.path + "/data")
        let key = try #require(server.rootKey)
        let line = try await FaultyProxy.start(to: server.port, seed: 1)
        let environment = ["USHER_URL": line.url, "USHER_KEY": key]

        line.loseAnswer(afterPieces: 0)
        let campaign = try Usher.run("campaigns", "create", "once", "--type", "multi_use", environment: environment)
        #expect(campaign.code == 0 && campaign.errors.contains("asking again under the same key"), "\(campaign)")
        line.loseAnswer(afterPieces: 0)
        let few = try Usher.run("codes", "generate", "--count", "10", environment: environment)
        #expect(few.code == 0 && few.output.split(separator: "\n").count == 10, "\(few)")
        // In the middle of the stream; what has come is not printed again.
        line.loseAnswer(afterPieces: 1)
        let many = try Usher.run("codes", "generate", "--count", "20000", environment: environment)
        #expect(many.errors.contains("asking again under the same key"))
        let codes = many.output.split(separator: "\n")
        #expect(many.code == 0 && codes.count == 20_000 && Set(codes).count == 20_000)
        line.loseAnswer(afterPieces: 0)
        let file = directory.path + "/codes.csv"
        try "code\nIMPORTED2026\nIMPORTED2027\n".write(toFile: file, atomically: true, encoding: .utf8)
        let imported = try Usher.run("codes", "import", file, environment: environment)
        #expect(imported.code == 0 && imported.output.contains("2 codes imported, 0 rows refused"), "\(imported)")
        line.loseAnswer(afterPieces: 0)
        let key2 = try Usher.run(
            "keys", "create", "--name", "lost", "--scope", "read", environment: environment)
        #expect(key2.code == 1 && key2.errors.contains("its text was in an answer that is gone"), "\(key2)")

        let all = try server.client("codes", "export", key: key).output.split(separator: "\n")
        #expect(all.count == 20_012)
        #expect(try server.client("campaigns", "list", "--json", key: key).rows().count == 1)
        let keys = try server.client("keys", "list", "--json", key: key).rows()
        #expect(keys.count { $0["name"] as? String == "lost" } == 1)
        try await line.stop()
        #expect(server.stop() == 0)
    }

    @Test func `by a key of one's own is repeated by hand`() throws {
        let directory = try TemporaryDirectory("by-hand")
        let server = try UsherServerProcess(data: directory.path)
        let key = try #require(server.rootKey)
        let first = try server.client("codes", "generate", "--count", "3", "--idempotency-key", "monday", key: key)
        let second = try server.client("codes", "generate", "--count", "3", "--idempotency-key", "monday", key: key)
        #expect(first.code == 0 && first.output == second.output)
        let other = try server.client("codes", "generate", "--count", "4", "--idempotency-key", "monday", key: key)
        #expect(other.code == 1 && other.errors.contains("idempotency_key_reused"))
        let third = try server.client("codes", "generate", "--count", "3", key: key)
        #expect(third.output != first.output)
        let tenants = try (0..<2).map { _ in
            try server.client("tenants", "create", "acme", "--idempotency-key", "t", key: key)
        }
        #expect(tenants.allSatisfy { $0.code == 0 } && tenants[1].errors.contains("nothing new was made"))
        #expect(server.stop() == 0)
    }

    @Test func `on a node that does not decide names the one that does`() async throws {
        let directory = try TemporaryDirectory("misdirected")
        let primary = try UsherServerProcess(data: directory.path + "/a")
        let key = try #require(primary.rootKey)
        let replica = try UsherServerProcess(
            "replica", data: directory.path + "/b", ["--primary", primary.url], environment: ["USHER_PRIMARY_KEY": key])
        // The replica knows the key once it has followed.
        var refused = try replica.client("codes", "vanity", "HELLO2026", key: key)
        for _ in 0..<200 where !refused.errors.contains("421") {
            try await Task.sleep(for: .milliseconds(50))
            refused = try replica.client("codes", "vanity", "HELLO2026", key: key)
        }
        #expect(refused.code == 1 && refused.errors.contains("The primary is at \(primary.url)"), "\(refused)")
        #expect(replica.stop() == 0)
        #expect(primary.stop() == 0)
    }
}
