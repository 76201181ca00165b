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
            directory with --data, which is recovered as by a start. The file appears under its name only when it is \
            complete, verified and on disk; one with that name is replaced then.

            With --directory the name is made of the time: usher-20270115T080000Z.snapshot, in UTC. --keep N then \
            removes all but the N newest snapshots of such names in that directory, after the new one is on disk; \
            other files are left alone, and nothing is removed when the snapshot fails.
            """)

    @OptionGroup var client: ClientOptions
    @Option(help: "The data directory of a stopped server, instead of a running one.", completion: .directory)
    var data: String?
    @Option(name: .shortAndLong, help: "The file to write.", completion: .file()) var output: String?
    @Option(help: "The directory to write to, under a name of the time; instead of --output.", completion: .directory)
    var directory: String?
    @Option(help: "With --directory: keep so many of the newest snapshots there, and remove the older ones.")
    var keep: Int?
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        guard (output == nil) != (directory == nil) else {
            throw ValidationError("One of --output FILE and --directory DIR is needed.")
        }
        guard let keep else { return }
        guard directory != nil else { throw ValidationError("--keep needs --directory DIR.") }
        guard keep > 0 else { throw ValidationError("--keep must be at least 1: the new snapshot is kept.") }
    }

    /// The directory of snapshots by time, where one was named.
    private var dated: SnapshotDirectory? { directory.map { SnapshotDirectory(path: $0) } }

    func run() async throws {
        try await reporting {
            let now = Timestamp(milliseconds: SystemClock().wallMilliseconds())
            let output = output ?? dated?.file(at: now) ?? ""
            var file = try OutputFile(output)
            if let data { try writeStopped(data, &file) } else { try await download(&file) }
            try file.synchronize()
            let report = try verified(file.temporaryPath)
            try file.publish()
            // Not before: a directory that has no room for a new one keeps all that it has.
            let removed = try keep.flatMap { try dated?.prune(keeping: $0, besides: output) } ?? []
            let result = SnapshotResult(report, file: output, bytes: file.bytes, removed: removed)
            if json { return try Terminal.print(json: result) }
            Terminal.print(
                "\(output): \(describe(bytes: result.bytes)), \(result.records) records at \(result.position), "
                    + "digest \(result.digest)")
            for file in removed { Terminal.print("removed \(file)") }
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
