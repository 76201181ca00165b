import Foundation
import TestSupport
import Testing

/// The samples of proxies in front of a server.
@Suite struct `A proxy in front` {
    private static let rootKey = "usher_proxy_test_root_0123456789ABCDEF"
    /// Debian's nginx; not started as a service, only by this test.
    private static let nginx = "/usr/sbin/nginx"

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

    /// The sample, for a port and files of this test; nothing else in it is changed.
    private func configuration(
        _ directory: String, _ pair: Certificates.Pair, port: Int, server: Int
    ) throws -> String {
        var text = try Documents.text("docs/operating/nginx.conf")
        for (sample, own) in [
            ("listen 443 ssl", "listen 127.0.0.1:\(port) ssl"),
            ("/etc/ssl/certs/claims.example.org.pem", pair.certificate),
            ("/etc/ssl/private/claims.example.org.key", pair.key),
            ("/var/log/nginx/usher.log", directory + "/access.log"),
            ("127.0.0.1:7070", "127.0.0.1:\(server)"), ("claims.example.org", "localhost"),
        ] {
            #expect(text.contains(sample), "\(sample)")
            text = text.replacingOccurrences(of: sample, with: own)
        }
        // It may not write where a service would.
        let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(directory)/\($0);" }
        text = text.replacingOccurrences(of: "http {", with: "http {\n" + paths.joined(separator: "\n"))
        return "pid \(directory)/nginx.pid;\ndaemon off;\nerror_log \(directory)/error.log;\n" + text
    }

    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: nginx), "needs Debian's nginx-light"),
        .enabled(if: Certificates.isThere, "needs the openssl command"))
    func `as nginx's sample sets it up lets claims through, over connections that last, and nothing else`() async throws
    {
        let directory = try TemporaryDirectory("nginx")
        let server = try UsherServerProcess(data: directory.path + "/data", ["--root-key", Self.rootKey])
        let code = try await ClaimClient(url: server.url, key: Self.rootKey).makeCode(places: 10)
        let certificates = try Certificates(in: directory.path)
        let pair = try certificates.make("localhost")
        // A port that is free now.
        let port = try await FreePort.find()
        let file = directory.path + "/nginx.conf"
        try configuration(directory.path, pair, port: port, server: server.port).write(
            toFile: file, atomically: true, encoding: .utf8)
        let checked = try runTool(Self.nginx, ["-t", "-c", file, "-e", directory.path + "/error.log"])
        #expect(checked.code == 0, "\(checked.text)")
        let proxy = Process()
        proxy.executableURL = URL(fileURLWithPath: Self.nginx)
        proxy.arguments = ["-c", file, "-e", directory.path + "/error.log"]
        try proxy.run()
        defer {
            proxy.terminate()
            proxy.waitForEnd()
        }
        func ask(_ path: String, _ more: [String]) throws -> String {
            try runTool(
                "/usr/bin/curl",
                [
                    "--silent", "--path-as-is", "--cacert", certificates.authority, "--retry", "20", "--retry-delay",
                    "1",
                    "--retry-connrefused", "-H", "Authorization: Bearer \(Self.rootKey)", "-w", "|%{http_code}",
                    "https://localhost:\(port)\(path)",
                ] + more
            ).text
        }
        let body = #"{"code":"\#(code)","redeemer_id":"marked-redeemer"}"#
        let claimed = try ask("/api/invitations/redeem", ["-d", body])
        #expect(claimed.hasSuffix("|200") && claimed.contains("\"ok\":true"), "\(claimed)")
        let left = try ask("/api/invitations/availability?code=\(code)", [])
        #expect(left.hasSuffix("|200") && left.contains("\"remaining\":9"), "\(left)")
        let held = try ask("/api/invitations/holds", ["-d", #"{"code":"\#(code)","redeemer_id":"h"}"#])
        #expect(held.hasSuffix("|200") || held.hasSuffix("|201"), "\(held)")
        let lines = (0..<3).map { #"{"code":"\#(code)","redeemer_id":"b\#($0)"}"# }.joined(separator: "\n")
        let batch = try ask(
            "/api/invitations/redeem/batch", ["-H", "Content-Type: application/x-ndjson", "--data-binary", lines])
        #expect(batch.ranges(of: "\"ok\":true").count == 3 && batch.hasSuffix("|200"), "\(batch)")
        for path in Self.hidden {
            for more in [[], ["-d", "{}"]] {
                let answer = try ask(path, more)
                #expect(
                    ["|404", "|400"].contains { answer.hasSuffix($0) } && !answer.contains("usher_"),
                    "\(path): \(answer)")
            }
        }
        let log = try String(contentsOfFile: directory.path + "/access.log", encoding: .utf8)
        #expect(!log.contains("marked-redeemer") && !log.contains("127.0.0.1"))
        #expect(server.stop() == 0)
    }
}
