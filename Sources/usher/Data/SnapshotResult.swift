import AsyncHTTPClient
import Engine
import Journal
import NIOCore

/// The contents of a snapshot.
struct SnapshotResult: Encodable {
    var file: String
    var bytes: UInt64
    var records: UInt64
    var position: String
    var digest: String
    var time: String
    /// The older ones that were removed, the oldest first.
    var removed: [String]

    init(_ report: VerificationReport, file: String, bytes: UInt64, removed: [String]) {
        self.file = file
        self.bytes = bytes
        self.removed = removed
        records = report.checks.flatMap(\.figures).first { $0.name == "records" }?.value ?? 0
        let point = report.point ?? .beginning
        position = point.position.description
        digest = point.digest.description
        time = describe(point.time)
    }
}
