import NIOPosix
import Synchronization

/// The threads of routes that block for longer than a page: snapshots and the feed's reads.
///
/// Each kind has its own, so that downloads, however slow, never hold up the stream that followers confirm.
final class ServerThreads: Sendable {
    /// Snapshots that are sent at once; more are told to come again.
    static let snapshotsMax = 4
    /// Threads that read the log for followers.
    private static let feedThreads = 2

    /// Reads the log for followers, a chunk at a time.
    let feed = NIOThreadPool(numberOfThreads: feedThreads)
    /// Writes snapshots: one thread for each that may be under way.
    let snapshots = NIOThreadPool(numberOfThreads: snapshotsMax)
    private let snapshotsOpen = Mutex(0)

    /// Starts the threads.
    init() {
        feed.start()
        snapshots.start()
    }

    /// Waits for what is under way and ends the threads.
    ///
    /// Call once, when no request is served any more.
    func stop() async throws {
        try await feed.shutdownGracefully()
        try await snapshots.shutdownGracefully()
    }

    /// The right to send a snapshot, given back when nothing refers to it any more: also when a client goes away before
    /// the first byte.
    final class SnapshotPlace: Sendable {
        private let threads: ServerThreads

        fileprivate init(_ threads: ServerThreads) {
            self.threads = threads
        }

        deinit { threads.snapshotsOpen.withLock { $0 -= 1 } }
    }

    /// Takes a place for a snapshot; nil when as many are sent as may be.
    func enterSnapshot() -> SnapshotPlace? {
        let isFree = snapshotsOpen.withLock { open in
            guard open < ServerThreads.snapshotsMax else { return false }
            open += 1
            return true
        }
        return isFree ? SnapshotPlace(self) : nil
    }
}
