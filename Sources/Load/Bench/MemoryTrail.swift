import NIOCore
import Synchronization

/// The server's memory, second by second.
final class MemoryTrail: Sendable {
    private let samples = Mutex<[(at: UInt64, bytes: Double)]>([])

    /// Asks the server every second until the task is cancelled.
    func follow(_ administration: any Administration) async {
        while !Task.isCancelled {
            if let bytes = await ServerFigures.read(administration)?.residentBytes {
                let now = NIODeadline.now().uptimeNanoseconds
                samples.withLock { $0.append((now, bytes)) }
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// The last known figure at an instant.
    func bytes(at instant: UInt64) -> Double? {
        samples.withLock { $0.last { $0.at <= instant }?.bytes }
    }
}
