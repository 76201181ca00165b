import Domain
public import Engine
import Foundation
import Journal
import Store

/// Replaying a journal into empty tables, and restarting after a killed process.
public struct RecoveryWorkload: Sendable {
    /// The number of claims in the journal.
    public var claims: Int
    /// Where data goes.
    public var base: String
    /// The program that fills a directory and waits to be killed; nil leaves that part out.
    public var filler: String?

    /// Configures the workload.
    public init(claims: Int, base: String, filler: String? = nil) {
        self.claims = claims
        self.base = base
        self.filler = filler
    }

    /// Measures the replay of the whole journal into an empty store.
    public func replay() async throws -> (figures: [Figure], replayed: UInt64) {
        let directory = try BenchDirectory(under: base)
        let path = directory.path + "/data"
        try await RecoveryWorkload.fill(path, claims: claims)
        try FileManager.default.removeItem(atPath: path + "/store")
        try FileManager.default.createDirectory(atPath: path + "/store", withIntermediateDirectories: true)
        var replayed: UInt64 = 0
        let elapsed = try await seconds {
            let (engine, report) = try Engine.open(EngineConfiguration(directory: path))
            replayed = report.commandsReplayed
            engine.close()
        }
        return ([Figure("replay of the journal", Double(replayed) / elapsed, "claims/s", goal: ">= 500000")], replayed)
    }

    /// Measures the time from start to ready after the process that had taken `claims` claims was killed.
    public func restart() async throws -> (figures: [Figure], replayed: UInt64) {
        guard let filler else { preconditionFailure("a restart needs a program to kill") }
        let directory = try BenchDirectory(under: base)
        let path = directory.path + "/data"
        let process = Process()
        process.executableURL = URL(filePath: filler)
        process.arguments = ["fill", "--claims", "\(claims)", "--directory", path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        while let line = String(data: output.fileHandleForReading.availableData, encoding: .utf8), !line.isEmpty {
            if line.contains("filled") { break }
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        var replayed: UInt64 = 0
        let elapsed = try await seconds {
            let (engine, report) = try Engine.open(EngineConfiguration(directory: path))
            replayed = report.commandsReplayed
            engine.close()
        }
        let name = "restart to ready, \(claims) claims, killed process (\(replayed) commands replayed)"
        return ([Figure(name, elapsed, "s", goal: "<= 3")], replayed)
    }

    /// Fills a directory with claims on one code and returns with the engine still open.
    @discardableResult
    public static func fill(_ path: String, claims: Int, keepOpen: Bool = false) async throws -> Engine? {
        var configuration = EngineConfiguration(directory: path)
        configuration.journalRetentionBytes = .max
        let (engine, _) = try Engine.open(configuration)
        let texts = try await EngineWorkload.makeCodes(engine, count: 1, uses: claims)
        let workload = EngineWorkload(claims: claims, base: path)
        let load = Load(engine: engine, workload: workload, texts: texts)
        load.prepare()
        load.run()
        if keepOpen { return engine }
        engine.close()
        return nil
    }
}
