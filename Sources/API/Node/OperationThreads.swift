/// The threads of operations that block for longer than a page.
///
/// Each kind has its own, so that downloads, however slow, never hold up the stream that followers confirm.
package struct OperationThreads: Sendable {
    /// Reads the log for followers, a chunk at a time.
    package var feed: any BlockingThreads
    /// Writes snapshots: one thread for each that may be under way.
    package var snapshots: any BlockingThreads
    /// Who may send a snapshot.
    let snapshotPlaces = SnapshotPlaces()

    package init(feed: any BlockingThreads, snapshots: any BlockingThreads) {
        self.feed = feed
        self.snapshots = snapshots
    }
}
