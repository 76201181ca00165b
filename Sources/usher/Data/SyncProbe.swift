import Foundation
import Journal

/// The time that this disk takes to make a small write durable, as the journal does it.
///
/// All times are in milliseconds.
struct SyncProbe {
    var median: Double
    var high: Double
    var longest: Double

    private static let rounds = 200
    private static let blockBytes = 4096

    /// Writes and syncs a block again and again into a file that is laid out beforehand, and removes the file.
    static func run(in directory: String) throws -> SyncProbe {
        let disk = RealDisk()
        let path = directory + "/.usher-doctor-\(ProcessInfo.processInfo.processIdentifier)"
        let file = try disk.createAnew(path)
        defer {
            file.close()
            try? disk.remove(path)
        }
        let block = [UInt8](repeating: 0xA5, count: blockBytes)
        try file.allocate(UInt64(rounds * blockBytes))
        try file.synchronize()
        let line = ProgressLine()
        defer { line.clear() }
        var times: [Double] = []
        for round in 0..<rounds {
            let start = ContinuousClock.now
            try file.write(block.span.bytes, at: UInt64(round * blockBytes))
            try file.synchronize()
            times.append((ContinuousClock.now - start) / .milliseconds(1))
            line.show(ProgressLine.text("measuring the disk", UInt64(round), UInt64(rounds)))
        }
        times.sort()
        return SyncProbe(median: times[rounds / 2], high: times[rounds * 99 / 100], longest: times[rounds - 1])
    }

    /// A time for people.
    func text(_ milliseconds: Double) -> String { String(format: "%.2f ms", milliseconds) }
}
