public import Journal
internal import Synchronization

/// The log as others may follow it: only what is on stable storage, whatever the durability mode acknowledges.
extension Engine {
    /// The log's last point on stable storage.
    public var syncedPoint: JournalPoint { shared.syncedPoint.withLock { $0 } }

    /// The time of day of the engine's clock.
    public var now: Timestamp { Timestamp(milliseconds: clock.wallMilliseconds()) }

    /// Waits until more than `position` is on stable storage.
    ///
    /// - Returns: whether there is more; false when the time is over, or the engine is closing.
    public func waitForSync(beyond position: LogPosition, timeoutMilliseconds: Int) async -> Bool {
        let next = LogPosition(epoch: position.epoch, sequence: position.sequence + 1)
        return await shared.synced.wait(for: next, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// Opens a reader of the frames behind a position, as they are stored.
    ///
    /// Read it only up to ``syncedPoint``. Blocks: call it on a thread that may wait.
    ///
    /// - Throws: ``JournalError``: `notRetained`, `unknownPosition`, `damaged`, `failed`.
    public func makeLogReader(after position: LogPosition) throws(JournalError) -> JournalReader {
        try JournalReader(journal, after: position, contents: .frame)
    }
}
