import ArgumentParser
import AsyncHTTPClient
import Engine
import Foundation
import Journal
import NIOCore
import NIOHTTP1

/// The command `usher snapshot`.
struct SnapshotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot", abstract: "Write the whole state into one file, for backup or for a new node.",
        discussion: """
            From a running server by default (--url; needs a key with the scope replicate or root), or from a stopped \
            directory with --data. The file appears under its name only when it is complete, verified and on disk; \
            one with that name is replaced then.
            """)

    @OptionGroup var client: ClientOptions
    @Option(help: "The data directory of a stopped server, instead of a running one.", completion: .directory)
    var data: String?
    @Option(name: .shortAndLong, help: "The file to write.", completion: .file()) var output: String
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        try await reporting {
            var file = try OutputFile(output)
            if let data { try writeStopped(data, &file) } else { try await download(&file) }
            try file.synchronize()
            let report = try verified(file.temporaryPath)
            try file.publish()
            let result = SnapshotResult(report, file: output, bytes: file.bytes)
            if json { return try Terminal.print(json: result) }
            Terminal.print(
                "\(output): \(describe(bytes: result.bytes)), \(result.records) records at \(result.position), "
                    + "digest \(result.digest)")
        }
    }

    private func download(_ file: inout OutputFile) async throws {
        let client = try client.makeClient()
        let response = try await client.send(
            .GET, "/replication/snapshot", .init(accept: "application/octet-stream", isLong: true))
        let line = ProgressLine()
        try await client.read(response) { chunk in
            try chunk.withUnsafeReadableBytes { try file.write($0) }
            line.show("receiving  \(describe(bytes: file.bytes))")
            return true
        }
        line.clear()
    }

    private func writeStopped(_ directory: String, _ file: inout OutputFile) throws {
        guard try DataDirectory.readManifest(in: directory) != nil else {
            throw CommandFailure("\(directory) is not a data directory: it has no usher.json.")
        }
        let line = ProgressLine()
        // A start without a server: takes the lock, cuts a torn tail, brings the tables up to the journal.
        let (engine, _) = try Engine.open(
            EngineConfiguration(directory: directory),
            progress: { line.show(ProgressLine.text("replaying the journal", $0, $1)) },
            failed: { StorageFailure.stop($0) })
        defer { engine.close() }
        try engine.writeSnapshot { bytes in
            try file.write(bytes)
            line.show("writing  \(describe(bytes: file.bytes))")
        }
        line.clear()
    }

    private func verified(_ path: String) throws -> VerificationReport {
        let line = ProgressLine()
        let report = try Verification.run(snapshot: path) { line.show($0) }
        line.clear()
        guard report.isClean else {
            throw CommandFailure("the snapshot arrived damaged and was not kept: \(report.firstViolation). Try again.")
        }
        return report
    }
}

extension VerificationReport {
    /// The first thing that is wrong.
    var firstViolation: String { checks.flatMap(\.violations).first ?? "nothing" }
}
