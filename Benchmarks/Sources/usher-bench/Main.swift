import ArgumentParser
import Foundation
import Workloads

@main
struct UsherBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usher-bench",
        abstract: "Measures the engine, HTTP, recovery and space, and prints a table.",
        discussion: "Build release: swift run -c release --package-path Benchmarks usher-bench",
        subcommands: [All.self, Fill.self, Bare.self, HummingbirdServer.self], defaultSubcommand: All.self)
}

/// Runs every workload.
struct All: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs every workload and prints a table.")

    @Option(help: "Claims of the engine and recovery workloads.") var claims = 1_000_000
    @Option(help: "Requests of one HTTP round.") var requests = 200_000
    @Option(help: "Interleaved HTTP rounds.") var rounds = 5
    @Option(help: "Directory on the disk to be measured.") var directory = "."
    @Option(help: "Only this workload: engine, recovery, http, costs, replication; or metrics, which is not run else.")
    var only = ""
    @Flag(help: "Print JSON instead of a table.") var json = false

    func run() async throws {
        var figures = try await SyncProbe(base: directory).run()
        if only.isEmpty || only == "engine" { figures += try await engine() }
        if only.isEmpty || only == "recovery" { figures += try await recovery() }
        if only.isEmpty || only == "http" { figures += try await http() }
        if only.isEmpty || only == "costs" { figures += try await costs() }
        if only.isEmpty || only == "replication" { figures += try await replication() }
        if only == "metrics" { figures += try await metrics() }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            print(String(decoding: try encoder.encode(figures), as: UTF8.self))
        } else {
            print("| what | measured | goal |\n|---|---|---|")
            for figure in figures { print(figure.line) }
        }
    }

    private func engine() async throws -> [Figure] {
        var figures: [Figure] = []
        for (codes, redeemers) in [(1, Redeemers.sequential), (1, .uuid), (claims, .uuid)] {
            say("engine, \(codes) codes, \(redeemers.rawValue)")
            let workload = EngineWorkload(claims: claims, codes: codes, redeemers: redeemers, base: directory)
            let (found, granted) = try await workload.run()
            guard granted == claims else { throw ValidationError("\(claims - granted) claims were not granted") }
            figures += found
        }
        return figures
    }

    private func recovery() async throws -> [Figure] {
        say("recovery")
        let program = Bundle.main.executablePath
        let workload = RecoveryWorkload(claims: claims, base: directory, filler: program)
        return try await workload.replay().figures + workload.restart().figures
    }

    private func http() async throws -> [Figure] {
        say("http")
        let workload = HTTPWorkload(
            requests: requests, batch: (lines: 10_000, requests: 30), rounds: rounds, base: directory)
        let (figures, allGranted) = try await workload.run()
        guard allGranted else { throw ValidationError("not every claim was granted") }
        return figures
    }

    private func costs() async throws -> [Figure] {
        say("costs")
        let (figures, allGranted) = try await CostsWorkload(
            claims: claims / 5, requests: requests / 4, base: directory
        ).run()
        guard allGranted else { throw ValidationError("not every claim was granted") }
        return figures
    }

    private func replication() async throws -> [Figure] {
        say("replication")
        let workload = ReplicationWorkload(
            requests: requests / 2, claims: claims, rounds: rounds, lagSeconds: 10, base: directory)
        let (figures, allEqual) = try await workload.run()
        guard allEqual else { throw ValidationError("the nodes did not end equal") }
        return figures
    }

    private func metrics() async throws -> [Figure] {
        say("metrics, \(claims) redemptions")
        let (figures, isRight) = try await MetricsWorkload(claims: claims, calls: 300, base: directory).run()
        guard isRight else { throw ValidationError("the figures do not add up") }
        return figures
    }

    private func say(_ what: String) {
        FileHandle.standardError.write(Data("running: \(what)\n".utf8))
    }
}

/// Fills a directory and waits to be killed: the victim of the restart workload.
struct Fill: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fills a directory with claims and waits to be killed.", shouldDisplay: false)

    @Option var claims: Int
    @Option var directory: String

    func run() async throws {
        let engine = try await RecoveryWorkload.fill(directory, claims: claims, keepOpen: true)
        FileHandle.standardOutput.write(Data("filled\n".utf8))
        while engine != nil { try await Task.sleep(for: .seconds(3600)) }
    }
}

/// The yardstick as a server of its own, for load clients that are not ours.
struct Bare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bare-server",
        abstract: "Serves a constant with bare SwiftNIO until it is stopped; prints its port.")

    @Option(help: "Event loops.") var loops = 2

    func run() async throws {
        try await Yardstick.serveBare(loops: loops) { announce($0) }
    }
}

/// The other yardstick: the framework that most Swift servers use.
struct HummingbirdServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hummingbird-server",
        abstract: "Serves a claim's route with Hummingbird and a constant until it is stopped; prints its port.")

    @Option(help: "Event loops.") var loops = 2

    func run() async throws {
        try await Yardstick.serveHummingbird(loops: loops) { announce($0) }
    }
}

/// Not buffered: whoever started this waits for the line.
private func announce(_ port: Int) {
    FileHandle.standardOutput.write(Data("http://127.0.0.1:\(port)/\n".utf8))
}
