/// The threads of operations that block for longer than a page.
///
/// Each kind has its own, so that downloads, however slow, never hold up the stream that followers confirm.
package struct OperationThreads: Sendable {
    /// Reads the log for followers, a chunk at a time.
    package var feed: any BlockingThreads
    /// Writes snapshots: one thread for each that may be under way.
    package var snapshots: any BlockingThreads
    /// Carries out operations that are over in milliseconds.
    package var short: any TaskExecutor
    /// Carries out operations that take as long as their request or their answer is.
    package var long: any TaskExecutor
    /// The places for requests that send a snapshot.
    let snapshotPlaces = SnapshotPlaces()
    /// The places for big imports.
    let importPlaces = ImportPlaces()

    package init(
        feed: any BlockingThreads, snapshots: any BlockingThreads, short: any TaskExecutor, long: any TaskExecutor
    ) {
        self.feed = feed
        self.snapshots = snapshots
        self.short = short
        self.long = long
    }

    /// The executor of a lane; nil for the threads that all tasks share.
    func executor(_ lane: OperationLane) -> (any TaskExecutor)? {
        switch lane {
        case .vital: nil
        case .short: short
        case .long: long
        }
    }
}
