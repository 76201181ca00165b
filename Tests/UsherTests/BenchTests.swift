import Foundation
import TestSupport
import Testing

@Suite struct `The bench` {
    private static let rootKey = "usher_bench_root_key_0123456789"

    private func server(_ name: String) throws -> (UsherServerProcess, TemporaryDirectory) {
        let directory = try TemporaryDirectory(name)
        return (try UsherServerProcess(data: directory.path + "/data", ["--root-key", Self.rootKey]), directory)
    }

    /// Small enough for any machine; a later option wins over an earlier one.
    private static let short = [
        "--duration", "1", "--warmup", "0", "--connections", "8", "--clients", "500", "--batch-lines", "200",
    ]

    @Test(
        arguments: ["hot", "spread", "last-places", "replay", "holds", "batch", "mixed", "spike"])
    func `runs every workload against a server and finds its answers correct`(workload: String) throws {
        let (server, _) = try server("bench-\(workload)")
        var arguments = ["bench", "http", "--workload", workload, "--json"] + Self.short
        if workload == "last-places" { arguments += ["--places", "100"] }
        if workload == "spread" { arguments += ["--codes", "50", "--redeemers", "uuid"] }
        let outcome = try Usher.run(arguments, environment: ["USHER_URL": server.url, "USHER_KEY": Self.rootKey])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let report = try outcome.json()
        let checks = try #require(report["checks"] as? [[String: Any]])
        #expect(checks.count >= 6 && checks.allSatisfy { $0["ok"] as? Bool == true }, "\(checks)")
        #expect(try #require(report["claims"] as? Int) > 0)
        let outcomes = try #require(report["outcomes"] as? [String: Any])
        if workload == "last-places" {
            #expect(outcomes["granted"] as? Int == 100)
            #expect((outcomes["refused"] as? [String: Int]) == ["exhausted": 400])
        }
        let figures = try #require(report["server"] as? [String: Double])
        #expect(try #require(figures["resident_bytes"]) > 1e6)
        #expect(try #require(figures["cpu_seconds_per_million_claims"]) > 0)
        #expect(server.stop() == 0)
    }

    @Test func `in an open loop keeps to the rate, and writes a report and a distribution`() throws {
        let (server, directory) = try server("bench-open")
        let (html, distribution) = (directory.path + "/report.html", directory.path + "/latency.hgrm")
        let outcome = try server.client(
            "bench", "http", "--workload", "hot", "--rate", "100", "--duration", "1", "--warmup", "0", "--connections",
            "8", "--report", html, "--distribution", distribution, key: Self.rootKey)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("measured       100 requests"))
        #expect(outcome.output.contains("from the due instant"))
        let page = try String(contentsOfFile: html, encoding: .utf8)
        #expect(page.contains("<svg") && !page.contains("http://") && !page.contains("<script"))
        #expect(try String(contentsOfFile: distribution, encoding: .utf8).contains("1/(1-Percentile)"))
        #expect(server.stop() == 0)
    }

    @Test(arguments: ["hot", "spread", "replay"])
    func `runs an engine of its own and leaves nothing behind`(workload: String) throws {
        let directory = try TemporaryDirectory("bench-engine-\(workload)")
        let outcome = try Usher.run(
            "bench", "engine", "--workload", workload, "--claims", "3000", "--codes", "7", "--window", "256",
            "--directory", directory.path, "--redeemers", "uuid", "--json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let outcomes = try #require(try outcome.json()["outcomes"] as? [String: Any])
        #expect(outcomes[workload == "replay" ? "already" : "granted"] as? Int == 3000)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
    }

    @Test func `measures an engine at several sizes of its store`() throws {
        let directory = try TemporaryDirectory("bench-engine-grown")
        let outcome = try Usher.run(
            "bench", "engine", "--claims", "500", "--grown", "0,2000,4000", "--directory", directory.path, "--json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let report = try outcome.json()
        let phases = try #require(report["phases"] as? [[String: Any]])
        #expect(phases.map { $0["name"] as? String } == ["hot, 0 before", "hot, 2000 before", "hot, 4000 before"])
        for phase in phases { #expect(try #require(phase["cpu_seconds_per_million_claims"] as? Double) > 0) }
        // The check that follows has found all redeemers of the run in the tables, those in between included.
        let checks = try #require(report["checks"] as? [[String: Any]])
        #expect(checks.contains { ($0["detail"] as? String)?.contains("4500 acknowledged") == true })
    }

    @Test func `says what is wrong with its options, all at once, and sends nothing`() throws {
        let environment = ["USHER_URL": "http://127.0.0.1:1", "USHER_KEY": "usher_X"]
        let wrong = try Usher.run(
            ["bench", "http", "--workload", "hot", "--connections", "0", "--rate", "0", "--pipeline", "2000"],
            environment: environment)
        #expect(wrong.code == 64)
        for option in ["--connections", "--rate", "--pipeline"] { #expect(wrong.errors.contains(option)) }
        #expect(try Usher.run(["bench", "http", "--workload", "warm"], environment: environment).code == 64)
        let secure = try Usher.run("bench", "http", "--workload", "hot", "--url", "https://a", "--key", "k")
        #expect(secure.code == 64 && secure.errors.contains("http:// only"))
        #expect(try Usher.run("bench", "http", "--workload", "hot").code == 64)
        let engine = try Usher.run("bench", "engine", "--workload", "spike", "--durability", "hope")
        #expect(engine.code == 64 && engine.errors.contains("--workload") && engine.errors.contains("--durability"))
        let grown = try Usher.run("bench", "engine", "--claims", "500", "--grown", "0,100")
        #expect(grown.code == 64 && grown.errors.contains("--grown"))
        let unreachable = try Usher.run(["bench", "http", "--workload", "hot"], environment: environment)
        #expect(unreachable.code == 4)
    }

    @Test(.timeLimit(.minutes(2)))
    func `ends its load when it is interrupted, and still checks and reports`() async throws {
        let (server, _) = try server("bench-interrupt")
        let process = Process()
        process.executableURL = Usher.binary
        process.arguments = [
            "bench", "http", "--workload", "hot", "--duration", "3600", "--connections", "4", "--json",
        ]
        process.environment = Usher.environment(["USHER_URL": server.url, "USHER_KEY": Self.rootKey])
        let output = try Capture()
        process.standardOutput = output.handle
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let client = ClaimClient(url: server.url, key: Self.rootKey)
        while try await client.text("/metrics").contains(#"{outcome="redeemed"} 0"#) {
            try await Task.sleep(for: .milliseconds(20))
        }
        kill(process.processIdentifier, SIGINT)
        process.waitForEnd()
        #expect(process.terminationStatus == 0)
        let object = try JSONSerialization.jsonObject(with: Data(output.text.utf8))
        let report = try #require(object as? [String: Any])
        #expect(report["interrupted"] as? Bool == true)
        let checks = try #require(report["checks"] as? [[String: Any]])
        #expect(checks.count >= 6 && checks.allSatisfy { $0["ok"] as? Bool == true })
        #expect(server.stop() == 0)
    }

    @Test func `says which key it needs`() throws {
        let (server, _) = try server("bench-key")
        let made = try server.client(
            "keys", "create", "--name", "shop", "--scope", "claims", "--json", key: Self.rootKey)
        let key = try #require(made.output.firstMatch(of: /usher_[0-9A-Za-z]+/).map { String($0.0) })
        let outcome = try server.client("bench", "http", "--workload", "hot", key: key)
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("403 forbidden") && outcome.errors.contains("root or admin key"))
        #expect(server.stop() == 0)
    }

    @Test(.timeLimit(.minutes(3)))
    func `does what every command of its guide says`() throws {
        let blocks = try Documents.blocks(in: "docs/benchmarking.md").filter { $0.language == "sh" }
        let lines = blocks.flatMap { $0.text.split(separator: "\n") }.filter { $0.hasPrefix("usher bench ") }
        #expect(lines.count >= 5)
        let (server, directory) = try server("bench-guide")
        for line in lines {
            var words = line.split(separator: " ").dropFirst().map {
                $0.replacingOccurrences(of: "http://replica:7070", with: server.url)
            }
            for index in words.indices where ["--report", "--distribution"].contains(words[index]) {
                words[index + 1] = directory.path + "/" + words[index + 1]
            }
            words +=
                words[1] == "engine"
                ? ["--claims", "2000", "--codes", "10", "--directory", directory.path] : Self.short
            if words.contains("--grown") { words += ["--grown", "0,4000"] }
            if words.contains("--places") { words += ["--places", "100"] }
            if words.contains("--codes") { words += ["--codes", "10"] }
            let outcome = try Usher.run(words, environment: ["USHER_URL": server.url, "USHER_KEY": Self.rootKey])
            #expect(outcome.code == 0, "\(line): \(outcome.errors)")
        }
        #expect(server.stop() == 0)
    }
}
