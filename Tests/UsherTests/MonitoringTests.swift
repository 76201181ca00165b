import Foundation
import TestSupport
import Testing

/// Debian's `promtool`, fetched by `tools/test`.
let promtool: String? = {
    [Documents.root.path + "/.build/promtool", "/usr/bin/promtool"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }
}()

@Suite struct `Monitoring` {
    private static let rootKey = "usher_monitoring_root_key_0123456789"

    /// The exposition of a primary that has answered claims and is followed, and of its replica.
    private func expositions() async throws -> [String] {
        let directory = try TemporaryDirectory("monitoring")
        let primary = try UsherServerProcess(data: directory.path + "/a", ["--root-key", Self.rootKey])
        let replica = try UsherServerProcess(
            "replica", data: directory.path + "/b", ["--primary", primary.url, "--root-key", Self.rootKey],
            environment: ["USHER_PRIMARY_KEY": Self.rootKey])
        let client = ClaimClient(url: primary.url, key: Self.rootKey)
        let code = try await client.makeCode(places: 5)
        for number in 0..<8 { _ = await client.redeem(code, "r\(number)") }
        var texts: [String] = []
        for _ in 0..<100 {
            texts = []
            for node in [primary, replica] {
                texts.append(try await ClaimClient(url: node.url, key: "").text("/metrics"))
            }
            if texts[0].contains("usher_follower_lag_bytes{"), !texts[1].contains("lag_seconds NaN") { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(primary.stop() == 0 && replica.stop() == 0)
        return texts
    }

    @Test(.enabled(if: promtool != nil, "tools/test fetches promtool"))
    func `promtool finds nothing wrong with what nodes say, nor with the configuration that is shipped`() async throws {
        let tool = try #require(promtool)
        for text in try await expositions() {
            let verdict = try runTool(tool, ["check", "metrics"], input: text)
            #expect(verdict.code == 0 && verdict.text.isEmpty, "\(verdict.text)")
        }
        let verdict = try runTool(tool, ["check", "config", Documents.root.path + "/docs/operating/prometheus.yml"])
        #expect(verdict.code == 0 && verdict.text.contains("14 rules found"), "\(verdict.text)")
    }

    @Test func `counts what happened, and the dashboard, the alerts and the guide speak of families that exist`()
        async throws
    {
        let texts = try await expositions()
        #expect(texts[0].contains("usher_claims_total{outcome=\"redeemed\"} 5\n"))
        #expect(texts[0].contains("usher_claims_total{outcome=\"exhausted\"} 3\n"))
        #expect(texts[0].contains("usher_claim_duration_seconds_count 8\n"))
        #expect(
            texts[0].contains("usher_role{role=\"primary\"} 1\n")
                && texts[1].contains("usher_role{role=\"replica\"} 1\n"))
        #expect(texts[0].contains("usher_followers 1\n"))
        #expect(texts.allSatisfy { $0.contains("process_cpu_seconds_total ") })
        #expect(texts.allSatisfy { $0.contains("process_resident_memory_bytes ") })
        #expect(
            texts[0].contains(
                "usher_http_requests_total{route=\"/api/invitations/redeem\",method=\"POST\",status=\"409\"} 3\n"))
        #expect(texts.allSatisfy { $0.contains("usher_store_reader_slots 512\n") && $0.contains("usher_ready 1\n") })
        let began = try #require(
            texts[0].firstMatch(of: /process_start_time_seconds ([0-9.e+]+)/).flatMap { Double($0.1) })
        #expect(abs(Date().timeIntervalSince1970 - began) < 600)
        // Names of samples: those of a histogram have an ending, those in prose may be the family's.
        let all = Set(texts.joined().matches(of: /(?m)^((?:usher|process)_[a-z_]+)/).map { String($0.1) })
        for file in ["grafana-dashboard.json", "usher-alerts.yml", "monitoring.md"] {
            let names = Set(
                try Documents.text("docs/operating/" + file).matches(of: /\b(?:usher|process)_[a-z_]+/).map {
                    String($0.0)
                })
            for name in names {
                let isThere = all.contains(name) || file == "monitoring.md" && all.contains(name + "_bucket")
                #expect(isThere, "\(file) speaks of \(name)")
            }
            #expect(names.count > 5)
        }
        let dashboard = try Documents.text("docs/operating/grafana-dashboard.json")
        for name in [
            "usher_ready", "usher_not_ready", "usher_followers", "usher_holds_active", "usher_http_requests_total",
            "usher_free_disk_bytes", "process_cpu_seconds_total",
        ] { #expect(dashboard.contains(name), "the dashboard shows \(name)") }
    }
}

/// Runs a tool to its end; gives its exit code and all that it printed.
func runTool(_ tool: String, _ arguments: [String], input: String = "") throws -> (code: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: tool)
    process.arguments = arguments
    let (output, pipe) = (try Capture(), Pipe())
    process.standardOutput = output.handle
    process.standardError = output.handle
    process.standardInput = pipe
    try process.run()
    try pipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try pipe.fileHandleForWriting.close()
    process.waitForEnd()
    return (process.terminationStatus, output.text)
}
