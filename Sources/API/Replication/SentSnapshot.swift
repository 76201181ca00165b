import Engine
import Synchronization

/// Counts a snapshot on its way to a client, and writes its end down.
final class SentSnapshot: Sendable {
    private let bytes = Atomic<Int>(0)
    private let began = SystemClock().monotonicNanoseconds()
    private let actorName: LogValue
    private let log: NodeLog

    init(by call: Call) {
        actorName = call.actorName
        log = call.api.log
    }

    /// Adds a part that was taken.
    func add(_ count: Int) { bytes.add(count, ordering: .relaxed) }

    /// Writes down that it was sent, or with an error that it was not.
    func end(_ error: (any Error)? = nil) {
        let milliseconds = (SystemClock().monotonicNanoseconds() &- began) / 1_000_000
        let count = LogValue.count(bytes.load(ordering: .relaxed))
        if let error {
            log.write(
                .snapshotBroken, (.bytes, count), (.milliseconds, .count(milliseconds)), (.by, actorName),
                (.error, .text("\(type(of: error))")))
        } else {
            log.write(.snapshotSent, (.bytes, count), (.milliseconds, .count(milliseconds)), (.by, actorName))
        }
    }
}
