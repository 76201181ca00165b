import Foundation
import TestSupport
import Testing

private let rootKey = "usher_proxy_test_root_0123456789ABCDEF"

/// The samples of proxies in front of a server.
@Suite struct `A proxy in front` {
    /// Debian's nginx; not started as a service, only by this test.
    private static let nginx = "/usr/sbin/nginx"
    /// Debian's Caddy; likewise.
    private static let caddy = "/usr/bin/caddy"

    /// The paths that the world must not see.
    private static let hidden = [
        "/metrics", "/livez", "/readyz", "/readyz?verbose", "/openapi.json", "/api/admin/replication",
        "/api/admin/invitations/keys", "/replication/stream", "/replication/snapshot", "/replication/epoch",
        "//metrics", "/api/invitations/../../metrics", "/api/invitations/%2e%2e/%2e%2e/metrics",
        "/api/invitations/holds/../../admin/replication", "/api/invitations/holds/..%2f..%2f..%2fmetrics",
    ]

    @Test func `names in each sample every path that must not be public, and passes the claims`() throws {
        for sample in ["nginx.conf", "Caddyfile"] {
            let text = try Documents.text("docs/operating/" + sample)
            for path in ["/metrics", "/livez", "/readyz", "/api/admin", "/replication"] {
                #expect(text.contains(path), "\(sample): \(path)")
            }
            for path in ["/api/invitations/redeem", "/api/invitations/holds", "/api/invitations/validate"] {
                #expect(text.contains(path), "\(sample): \(path)")
            }
        }
    }

    /// A proxy that is to be run by its sample.
    private struct Front {
        let directory: TemporaryDirectory
        let server: UsherServerProcess
        let certificates: Certificates
        let pair: Certificates.Pair
        /// The port of the proxy, free until it listens there.
        let port: Int

        init() async throws {
            directory = try TemporaryDirectory("proxy")
            server = try UsherServerProcess(data: directory.path + "/data", ["--root-key", rootKey])
            certificates = try Certificates(in: directory.path)
            pair = try certificates.make("localhost")
            port = try await FreePort.find()
        }

        /// Writes a sample for this port and these files; nothing else in it is changed.
        func write(_ sample: String, _ words: [(String, String)], around: (String) -> String) throws -> String {
            var text = try Documents.text("docs/operating/" + sample)
            for (word, own) in words + [("127.0.0.1:7070", "127.0.0.1:\(server.port)")] {
                #expect(text.contains(word), "\(word)")
                text = text.replacingOccurrences(of: word, with: own)
            }
            let file = directory.path + "/" + sample
            try around(text).write(toFile: file, atomically: true, encoding: .utf8)
            return file
        }

        /// Starts a proxy.
        func start(_ program: String, _ arguments: [String]) throws -> Process {
            try TourServer.start(
                program, arguments, in: directory.path, output: directory.path + "/proxy.log",
                environment: [
                    "HOME": directory.path, "XDG_DATA_HOME": directory.path, "XDG_CONFIG_HOME": directory.path,
                ])
        }

        func ask(_ path: String, _ more: [String]) throws -> String {
            try runTool(
                "/usr/bin/curl",
                [
                    "--silent", "--path-as-is", "--cacert", certificates.authority, "--retry", "20", "--retry-delay",
                    "1", "--retry-connrefused", "-H", "Authorization: Bearer \(rootKey)", "-w", "|%{http_code}",
                    "https://localhost:\(port)\(path)",
                ] + more
            ).text
        }
    }

    /// Asks through a proxy for what is public, and for what is not.
    private func check(_ front: Front) async throws {
        let code = try await ClaimClient(url: front.server.url, key: rootKey).makeCode(places: 10)
        let body = #"{"code":"\#(code)","redeemer_id":"marked-redeemer"}"#
        let claimed = try front.ask("/api/invitations/redeem", ["-d", body])
        #expect(claimed.hasSuffix("|200") && claimed.contains("\"ok\":true"), "\(claimed)")
        let left = try front.ask("/api/invitations/availability?code=\(code)", [])
        #expect(left.hasSuffix("|200") && left.contains("\"remaining\":9"), "\(left)")
        let held = try front.ask("/api/invitations/holds", ["-d", #"{"code":"\#(code)","redeemer_id":"h"}"#])
        #expect(held.hasSuffix("|200") || held.hasSuffix("|201"), "\(held)")
        let lines = (0..<3).map { #"{"code":"\#(code)","redeemer_id":"b\#($0)"}"# }.joined(separator: "\n")
        let batch = try front.ask(
            "/api/invitations/redeem/batch", ["-H", "Content-Type: application/x-ndjson", "--data-binary", lines])
        #expect(batch.ranges(of: "\"ok\":true").count == 3 && batch.hasSuffix("|200"), "\(batch)")
        for path in Self.hidden {
            // An answer before the body is read resets a stream of HTTP/2, which curl 7.88 takes for a broken connection.
            for more in [[], ["--http1.1", "-d", "{}"]] {
                let answer = try front.ask(path, more)
                #expect(
                    ["|404", "|400"].contains { answer.hasSuffix($0) } && !answer.contains("usher_"),
                    "\(path): \(answer)")
            }
        }
    }

    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: nginx), "needs Debian's nginx-light"),
        .enabled(if: Certificates.isThere, "needs the openssl command"))
    func `as nginx's sample sets it up lets claims through, over connections that last, and nothing else`() async throws
    {
        let front = try await Front()
        let directory = front.directory.path
        // It may not write where a service would.
        let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(directory)/\($0);" }
        let file = try front.write(
            "nginx.conf",
            [
                ("listen 443 ssl", "listen 127.0.0.1:\(front.port) ssl"),
                ("/etc/ssl/certs/claims.example.org.pem", front.pair.certificate),
                ("/etc/ssl/private/claims.example.org.key", front.pair.key),
                ("/var/log/nginx/usher.log", directory + "/access.log"), ("claims.example.org", "localhost"),
            ]
        ) { text in
            "pid \(directory)/nginx.pid;\ndaemon off;\nerror_log \(directory)/error.log;\n"
                + text.replacingOccurrences(of: "http {", with: "http {\n" + paths.joined(separator: "\n"))
        }
        let checked = try runTool(Self.nginx, ["-t", "-c", file, "-e", directory + "/error.log"])
        #expect(checked.code == 0, "\(checked.text)")
        let proxy = try front.start(Self.nginx, ["-c", file, "-e", directory + "/error.log"])
        defer {
            proxy.terminate()
            proxy.waitForEnd()
        }
        try await check(front)
        let log = try String(contentsOfFile: directory + "/access.log", encoding: .utf8)
        #expect(!log.contains("marked-redeemer") && !log.contains("127.0.0.1"))
        #expect(front.server.stop() == 0)
    }

    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: caddy), "needs Debian's caddy"),
        .enabled(if: Certificates.isThere, "needs the openssl command"))
    func `as Caddy's sample sets it up lets claims through, and nothing else`() async throws {
        let front = try await Front()
        // A port and a certificate of this test, and none of the ports that a service has.
        let file = try front.write(
            "Caddyfile",
            [
                (
                    "claims.example.org {",
                    "https://localhost:\(front.port) {\n\tbind 127.0.0.1\n\ttls \(front.pair.certificate) \(front.pair.key)"
                )
            ]
        ) { "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n" + $0 }
        let arguments = ["--adapter", "caddyfile", "--config", file]
        let checked = try runTool(Self.caddy, ["validate"] + arguments)
        #expect(checked.code == 0, "\(checked.text)")
        let proxy = try front.start(Self.caddy, ["run"] + arguments)
        defer {
            proxy.terminate()
            proxy.waitForEnd()
        }
        try await check(front)
        let log = try String(contentsOfFile: front.directory.path + "/proxy.log", encoding: .utf8)
        #expect(log.contains("serving initial configuration") && !log.contains("marked-redeemer"), "\(log)")
        #expect(front.server.stop() == 0)
    }
}
