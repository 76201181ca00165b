import ArgumentParser
import Engine
import Foundation
import Journal

/// The command `usher restore`.
struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Make a data directory from a snapshot file.",
        discussion: """
            The directory must be empty or not exist: data is never written over. Every frame is verified, and the \
            digest of what was loaded must be the one that the snapshot names.

            A restore begins a new history: the first start begins an epoch above all that there can have been, ids \
            that were given out after the snapshot are never given out again, and replicas of the lost future are told \
            that they have diverged. To make a replica of a running primary, start `usher replica` on an empty \
            directory instead.
            """)

    @Option(help: "The snapshot file.", completion: .file()) var snapshot: String
    @OptionGroup var directory: DirectoryOption
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        try reportingNow {
            // Before anything is made.
            try InputFile.check(snapshot)
            let line = ProgressLine()
            defer { line.clear() }
            let point = try SnapshotLoader.restore(file: snapshot, into: directory.path) {
                line.show(ProgressLine.text("restoring", $0, $1))
            }
            line.clear()
            let result = RestoreResult(
                data: directory.path, position: point.position.description, digest: point.digest.description,
                time: describe(point.time), epoch: try directory.manifest().epoch ?? 0)
            if json { return try Terminal.print(json: result) }
            Terminal.print(
                "\(result.data) is at \(result.position), digest \(result.digest). Its first start begins epoch "
                    + "\(result.epoch).")
        }
    }
}

private struct RestoreResult: Encodable {
    var data: String
    var position: String
    var digest: String
    var time: String
    var epoch: UInt64
}
