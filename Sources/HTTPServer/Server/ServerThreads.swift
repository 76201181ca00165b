import API
import Engine
import NIOCore
import NIOPosix

/// The threads of operations that block, which end with the server.
final class ServerThreads: Sendable {
    /// Threads that read the log for followers.
    private static let feedThreads = 2
    /// Threads for short operations.
    static let shortThreads = 2
    /// Threads for long operations: at most half of the cores, so that they leave the others room.
    static let longThreads = max(1, System.coreCount / 2)

    private let feed = NIOThreadPool(numberOfThreads: feedThreads)
    private let snapshots = NIOThreadPool(numberOfThreads: SnapshotPlaces.countMax)
    let short = ThreadLane("usher-short", threads: shortThreads)
    let long = ThreadLane("usher-long", threads: longThreads)

    /// Starts the threads.
    init() {
        feed.start()
        snapshots.start()
    }

    /// The threads for operations.
    var operations: OperationThreads { OperationThreads(feed: feed, snapshots: snapshots, short: short, long: long) }

    /// Waits for what is under way and ends the threads.
    ///
    /// Call once, when no request is served any more.
    func stop() async throws {
        try await feed.shutdownGracefully()
        try await snapshots.shutdownGracefully()
        short.stop()
        long.stop()
    }
}
