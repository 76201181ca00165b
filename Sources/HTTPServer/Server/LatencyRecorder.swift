import Engine
import Synchronization

/// Records the times of claims on this server, from the last byte read to the answer.
final class LatencyRecorder: Sendable {
    private let histogram = Mutex(Histogram.nanoseconds)

    /// Takes what an event loop has gathered, and empties it.
    func take(_ gathered: inout Histogram) {
        histogram.withLock { $0.merge(gathered) }
        gathered = .nanoseconds
    }

    /// Takes one claim.
    func add(_ nanoseconds: UInt64) { histogram.withLock { $0.add(nanoseconds) } }

    var times: Histogram { histogram.withLock { $0 } }
}
