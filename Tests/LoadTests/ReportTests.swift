import Foundation
import Testing

@testable import Load

@Suite struct `The report` {
    /// A report with text that would break a document that does not escape it.
    static func example() -> BenchReport {
        var latency = LatencyHistogram()
        for number in 1...1000 { latency.record(nanoseconds: UInt64(number) * 10_000) }
        var outcomes = BenchReport.Outcomes()
        outcomes.granted = 900
        outcomes.refused = ["exhausted": 90, "limit_reached": 10]
        let phase = BenchReport.Phase(
            name: "<script>alert('x')</script>", seconds: 2, offeredPerSecond: 500, goodputPerSecond: 450,
            latencyMs: latency.summary, failureLatencyMs: LatencySummary(), outcomes: outcomes,
            errors: ["overloaded": 3], residentBytes: 1e8)
        return BenchReport(
            workload: "hot", target: "http://127.0.0.1:7070", model: "open", run: "abc\"&<", connections: 8,
            pipeline: 1,
            seconds: 2, requests: 1000, claims: 1000, throughputPerSecond: 500, latencyMs: latency.summary,
            outcomes: outcomes, errors: ["overloaded": 3],
            server: BenchReport.Server(cpuSecondsPerMillionClaims: 9, residentBytes: 1e8, journalBytesPerClaim: 5),
            phases: [phase, phase],
            timeline: (0..<3).map {
                TimelinePoint(second: $0, answered: 300 + $0, claims: 300, errors: 1, p50: 1, p99: 5, max: 10)
            },
            distribution: latency.points,
            checks: [
                BenchReport.Check(name: "one", ok: true, detail: "fine"),
                BenchReport.Check(name: "two", ok: false, detail: "a < b & c"),
            ])
    }

    @Test func `comes back from JSON as it was, with the keys that programs know`() throws {
        let report = Self.example()
        let json = try report.json()
        #expect(try BenchReport(json: json) == report)
        let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        let keys = [
            "workload", "target", "model", "connections", "pipeline", "seconds", "requests", "claims",
            "throughput_per_second", "latency_ms", "outcomes", "errors", "server", "phases", "timeline", "checks",
        ]
        for key in keys { #expect(object[key] != nil, "\(key) is missing") }
        let latency = try #require(object["latency_ms"] as? [String: Double])
        #expect(Set(latency.keys) == ["p50", "p90", "p99", "p999", "max", "mean"])
        let server = try #require(object["server"] as? [String: Double])
        #expect(server["cpu_seconds_per_million_claims"] == 9 && server["journal_bytes_per_claim"] == 5)
        let outcomes = try #require(object["outcomes"] as? [String: Any])
        #expect((outcomes["refused"] as? [String: Int])?["limit_reached"] == 10)
    }

    @Test func `as HTML needs nothing from elsewhere and escapes every text`() {
        let text = ReportHTML(Self.example()).text
        #expect(!text.contains("http://") && !text.contains("https://") && !text.contains("src="))
        #expect(!text.contains("<script"))
        #expect(text.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"))
        #expect(text.contains("a &lt; b &amp; c") && text.contains("abc&quot;&amp;&lt;"))
        #expect(text.ranges(of: "<svg").count == 3 && text.ranges(of: "</svg>").count == 3)
        #expect(text.contains("FAILED"))
        #expect(!text.lowercased().contains("nan"))
    }

    @Test func `as HTML is a document also when nothing was measured`() {
        var report = Self.example()
        (report.timeline, report.distribution, report.checks, report.phases) = ([], [], [], [])
        let text = ReportHTML(report).text
        #expect(text.contains("nothing was measured") && text.hasSuffix("</html>\n"))
    }

    @Test func `as text says what failed`() {
        let text = ReportText(Self.example()).text
        #expect(text.contains("500 claims/s") && text.contains("FAILED  two: a < b & c"))
    }

    @Test func `keeps latencies to three digits, and writes them as HdrHistogram's tools read them`() {
        var latency = LatencyHistogram()
        for _ in 0..<99 { latency.record(nanoseconds: 2_000_000) }
        latency.record(nanoseconds: 750_000_000)
        #expect(abs(latency.milliseconds(at: 50) - 2) < 0.01)
        #expect(abs(latency.milliseconds(at: 99.9) - 750) < 1)
        #expect(LatencyHistogram().summary == LatencySummary())
        let lines = latency.percentileText.split(separator: "\n")
        let head = lines[0].split(separator: " ")
        #expect(head == ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"])
        let rows = lines.dropFirst().filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ") }
        #expect(rows.allSatisfy { $0.count == 4 || $0.count == 3 } && rows.count > 5)
        #expect(rows.last?[2] == "100" && rows.last.flatMap { Double($0[1]) } == 1)
        #expect(lines.contains { $0.hasPrefix("#[Max") })
    }

    @Test func `takes the server's figures from what Prometheus reads`() {
        let before = ServerFigures(Array("process_cpu_seconds_total 1\nusher_journal_frame_bytes_total 100\n".utf8))
        let text = """
            # HELP process_cpu_seconds_total x
            process_cpu_seconds_total 3
            usher_journal_frame_bytes_total 5100
            usher_claims_total{outcome="redeemed"} 9
            process_resident_memory_bytes 1e+06
            """
        let server = ServerFigures(Array(text.utf8)).report(since: before, claims: 1000)
        #expect(server.cpuSecondsPerMillionClaims == 2000 && server.journalBytesPerClaim == 5)
        #expect(server.residentBytes == 1_000_000 && server.syncsPerClaim == nil)
    }
}
