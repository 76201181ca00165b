import API
import NIOPosix

/// The threads of operations that block, which end with the server.
final class ServerThreads: Sendable {
    /// Threads that read the log for followers.
    private static let feedThreads = 2

    private let feed = NIOThreadPool(numberOfThreads: feedThreads)
    private let snapshots = NIOThreadPool(numberOfThreads: SnapshotPlaces.countMax)

    /// Starts the threads.
    init() {
        feed.start()
        snapshots.start()
    }

    /// What operations run on them.
    var operations: OperationThreads { OperationThreads(feed: feed, snapshots: snapshots) }

    /// Waits for what is under way and ends the threads.
    ///
    /// Call once, when no request is served any more.
    func stop() async throws {
        try await feed.shutdownGracefully()
        try await snapshots.shutdownGracefully()
    }
}
