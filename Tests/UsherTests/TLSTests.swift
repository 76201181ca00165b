import Foundation
import TestSupport
import Testing

/// Nodes that speak TLS, their clients and their followers.
@Suite(.serialized, .enabled(if: Certificates.isThere, "needs the openssl command")) struct `A node with TLS` {
    private static let rootKey = "usher_tls_test_root_key_0123456789ABCD"

    /// Starts a primary with a certificate.
    private func serve(_ directory: TemporaryDirectory, _ pair: Certificates.Pair, _ more: String...) throws
        -> UsherServerProcess
    {
        try UsherServerProcess(
            data: directory.path + "/data",
            ["--tls-certificate", pair.certificate, "--tls-key", pair.key, "--root-key", Self.rootKey] + more)
    }

    private func run(_ url: String, _ arguments: [String], ca: String? = nil) throws -> Usher.Outcome {
        var environment = ["USHER_URL": url, "USHER_KEY": Self.rootKey]
        environment["USHER_CA"] = ca
        return try Usher.run(arguments, environment: environment)
    }

    @Test func `takes claims and all else from clients that trust its authority, and from no others`() throws {
        let directory = try TemporaryDirectory("tls")
        let certificates = try Certificates(in: directory.path)
        let server = try serve(directory, try certificates.make("server"))
        #expect(server.url.hasPrefix("https://127.0.0.1:"))
        let made = try run(server.url, ["codes", "generate", "--count", "3"], ca: certificates.authority)
        #expect(made.code == 0 && made.output.split(separator: "\n").count == 3, "\(made)")
        // A name instead of an address, and claims over one connection that lasts.
        let code = made.output.split(separator: "\n")[0]
        let request = """
            url = "https://localhost:\(server.port)/api/invitations/redeem"
            cacert = "\(certificates.authority)"
            header = "Authorization: Bearer \(Self.rootKey)"
            data = "{\\"code\\":\\"\(code)\\",\\"redeemer_id\\":\\"r1\\"}"
            output = "/dev/null"
            write-out = "%{http_code} %{num_connects};"
            silent
            ipv4

            """
        let file = directory.path + "/requests"
        try [request, request, request].joined(separator: "next\n").write(
            toFile: file, atomically: true, encoding: .utf8)
        let claims = try runTool("/usr/bin/curl", ["--config", file])
        #expect(claims.text == "200 1;200 0;200 0;", "\(claims.text)")
        let stranger = try run(server.url, ["campaigns", "list"])
        #expect(stranger.code == 4 && stranger.errors.contains("its certificate is not trusted by this machine"))
        #expect(stranger.errors.contains("--ca FILE (USHER_CA)"), "\(stranger.errors)")
        let plain = try run("http://127.0.0.1:\(server.port)", ["campaigns", "list"])
        #expect(plain.code == 4 && plain.errors.contains("speaks https, not http: say https://"), "\(plain.errors)")
        #expect(server.stop() == 0)
    }

    @Test func `is refused by name: a certificate for another host, one that is over, and a port without TLS`() throws {
        let directory = try TemporaryDirectory("tls-refused")
        let certificates = try Certificates(in: directory.path)
        let other = try serve(directory, try certificates.make("other", for: ["DNS:elsewhere.example"]))
        let wrong = try run(other.url, ["status"], ca: certificates.authority)
        #expect(
            wrong.code == 4 && wrong.errors.contains("its certificate is for another name than 127.0.0.1"), "\(wrong)")
        #expect(other.stop() == 0)
        let over = try serve(directory, try certificates.make("over", until: "20200101"))
        let late = try run(over.url, ["status"], ca: certificates.authority)
        #expect(late.code == 4 && late.errors.contains("its certificate is over"), "\(late.errors)")
        #expect(over.hasSaid("tls_expiring"))
        #expect(over.stop() == 0)
        let plain = try UsherServerProcess(data: directory.path + "/plain", ["--root-key", Self.rootKey])
        let http = try run("https://127.0.0.1:\(plain.port)", ["status"], ca: certificates.authority)
        #expect(http.code == 4 && http.errors.contains("speaks http, not https"), "\(http.errors)")
        #expect(plain.stop() == 0)
    }

    @Test func `W22: leaves a client that does not agree on TLS in time`() async throws {
        let directory = try TemporaryDirectory("tls-silent")
        let server = try serve(directory, try Certificates(in: directory.path).make("server"))
        let silent = try RawSocket(port: server.port)
        let begun = ContinuousClock.now
        #expect(await silent.receivedAll() == "")
        #expect(begun.duration(to: .now) > .seconds(8))
        #expect(server.stop() == 0)
    }

    @Test func `speaks TLS 1.2 and 1.3 and nothing older`() throws {
        let directory = try TemporaryDirectory("tls-versions")
        let certificates = try Certificates(in: directory.path)
        let server = try serve(directory, try certificates.make("server"))
        for (version, isSpoken) in [("-tls1_1", false), ("-tls1_2", true), ("-tls1_3", true)] {
            let answer = try certificates.shown(port: server.port, [version, "-cipher", "ALL:@SECLEVEL=0"])
            #expect(answer.contains("Cipher is (NONE)") != isSpoken, "\(version): \(answer)")
        }
        #expect(server.stop() == 0)
    }

    @Test func `does not start with files that cannot be used, says which, and makes nothing`() throws {
        let directory = try TemporaryDirectory("tls-files")
        let certificates = try Certificates(in: directory.path)
        let (one, two) = (try certificates.make("one"), try certificates.make("two"))
        let nothing = directory.path + "/nothing"
        try "no certificate".write(toFile: nothing, atomically: true, encoding: .utf8)
        let data = directory.path + "/data"
        let bad: [([String], String)] = [
            (["--tls-certificate", one.certificate], "needs tls_key"),
            (["--tls-key", one.key], "needs tls_certificate"),
            (["--tls-certificate", one.certificate, "--tls-key", two.key], "is not that of the certificate"),
            (["--tls-certificate", nothing, "--tls-key", one.key], "has no certificate in PEM form"),
            (["--tls-certificate", one.certificate, "--tls-key", nothing], "has no private key in PEM form"),
            (["--tls-certificate", nothing + "1", "--tls-key", one.key], "cannot be read"),
            (["--ca", nothing], "has no certificate in PEM form"),
        ]
        for (arguments, words) in bad {
            let outcome = try Usher.run(
                ["serve", "--data", data, "--listen", "127.0.0.1:0"] + arguments, environment: [:])
            #expect(outcome.code == 64 && outcome.errors.contains(words), "\(arguments): \(outcome)")
        }
        #expect(!FileManager.default.fileExists(atPath: data))
    }

    @Test func `takes a new certificate at SIGHUP, keeps connections and, where the files are bad, the old one`()
        async throws
    {
        let directory = try TemporaryDirectory("tls-reload")
        let certificates = try Certificates(in: directory.path)
        let (first, second) = (try certificates.make("first"), try certificates.make("second"))
        let over = try certificates.make("over", until: "20200101")
        let server = try serve(directory, first)
        func subject() throws -> String { try certificates.shown(port: server.port) }
        func signal(expecting event: String, times: Int) async throws {
            kill(server.number, SIGHUP)
            for _ in 0..<200 where server.complaints.ranges(of: event).count < times {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(server.complaints.ranges(of: event).count == times, "\(server.complaints)")
        }
        // A connection that is open all the while: one request now, one after everything.
        let line = Process()
        let (input, output) = (Pipe(), try Capture())
        line.executableURL = URL(fileURLWithPath: Certificates.tool)
        line.arguments = [
            "s_client", "-quiet", "-connect", "127.0.0.1:\(server.port)", "-CAfile", certificates.authority,
        ]
        (line.standardInput, line.standardOutput, line.standardError) = (input, output.handle, FileHandle.nullDevice)
        try line.run()
        let request = Data("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
        func ask(_ count: Int) async throws {
            try input.fileHandleForWriting.write(contentsOf: request)
            for _ in 0..<500 where output.text.ranges(of: "HTTP/1.1 200").count < count {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(output.text.ranges(of: "HTTP/1.1 200").count == count)
        }
        try await ask(1)
        #expect(try subject().contains("CN = first"))
        try FileManager.default.removeItem(atPath: first.certificate)
        try await signal(expecting: "tls_kept", times: 1)
        #expect(try subject().contains("CN = first"))
        // The certificate alone is new, its key is not there yet.
        try FileManager.default.copyItem(atPath: second.certificate, toPath: first.certificate)
        try await signal(expecting: "tls_kept", times: 2)
        #expect(server.hasSaid("is not that of the certificate"))
        try FileManager.default.removeItem(atPath: first.key)
        try FileManager.default.copyItem(atPath: second.key, toPath: first.key)
        try await signal(expecting: "tls_loaded", times: 2)
        #expect(try subject().contains("CN = second"))
        for (path, new) in [(first.certificate, over.certificate), (first.key, over.key)] {
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.copyItem(atPath: new, toPath: path)
        }
        try await signal(expecting: "tls_kept", times: 3)
        #expect(try subject().contains("CN = second"))
        try await ask(2)
        try input.fileHandleForWriting.close()
        line.waitForEnd()
        #expect(server.stop() == 0)
    }

    @Test func `is followed by replicas that trust its authority, and tells them of a promotion`() async throws {
        let directory = try TemporaryDirectory("tls-nodes")
        let certificates = try Certificates(in: directory.path)
        let pair = try certificates.make("server")
        let primary = try serve(directory, pair, "--ca", certificates.authority)
        let (stranger, words) = (Process(), try Capture())
        stranger.executableURL = Usher.binary
        stranger.arguments = [
            "replica", "--data", directory.path + "/stranger", "--listen", "127.0.0.1:0", "--primary", primary.url,
        ]
        stranger.environment = Usher.environment(["USHER_PRIMARY_KEY": Self.rootKey])
        (stranger.standardOutput, stranger.standardError) = (FileHandle.nullDevice, words.handle)
        try stranger.run()
        for _ in 0..<500 where !words.text.contains("bootstrap_delayed") {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(words.text.contains("its certificate is not trusted by this machine"), "\(words.text)")
        // Between two attempts it is nobody's server; the signal ends it all the same.
        kill(stranger.processIdentifier, SIGTERM)
        stranger.waitForEnd()
        #expect(stranger.terminationStatus == 0, "\(words.text)")
        var replicas: [UsherServerProcess] = []
        for number in 1...2 {
            replicas.append(
                try UsherServerProcess(
                    "replica", data: directory.path + "/\(number)",
                    [
                        "--primary", primary.url, "--tls-certificate", pair.certificate, "--tls-key", pair.key, "--ca",
                        certificates.authority,
                    ], environment: ["USHER_PRIMARY_KEY": Self.rootKey]))
        }
        let promoted = try run(
            replicas[0].url, ["promote", "--tell", replicas[1].url, "--json"], ca: certificates.authority)
        #expect(promoted.code == 0, "\(promoted)")
        #expect(try promoted.json()["untold"] as? [String] == [])
        let status = try run(primary.url, ["replication", "--json"], ca: certificates.authority)
        let told = try #require(try status.json()["data"] as? [String: Any])
        #expect(told["role"] as? String == "superseded" && told["primary"] as? String == replicas[0].url)
        for node in replicas + [primary] { #expect(node.stop() == 0) }
    }
}
