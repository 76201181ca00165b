public import Journal
internal import Synchronization

/// The log as others may follow it: only what is on stable storage, whatever the durability mode acknowledges.
extension Engine {
    /// The log's last point on stable storage.
    public var syncedPoint: JournalPoint { shared.syncedPoint.withLock { $0 } }

    /// Where in the journal's files that point is.
    public var syncedLocation: JournalLocation { shared.syncedLocation.withLock { $0 } }

    /// The bytes of segments between two places of the journal; the unused ends of segments count.
    public func journalBytes(from start: JournalLocation, to end: JournalLocation) -> Int64 {
        let segments = Int64(end.segment) - Int64(start.segment)
        return segments * Int64(journal.segmentBytes) + Int64(end.offset) - Int64(start.offset)
    }

    /// Waits until more than `position` is on stable storage.
    ///
    /// - Returns: whether there is more; false when the time is over, or the engine is closing.
    public func waitForSync(beyond position: LogPosition, timeoutMilliseconds: Int) async -> Bool {
        let next = LogPosition(epoch: position.epoch, sequence: position.sequence + 1)
        return await shared.synced.wait(for: next, timeoutMilliseconds: timeoutMilliseconds, by: clock)
    }

    /// Opens a reader of the frames behind a position, as they are stored.
    ///
    /// Read it only up to ``syncedPoint``. Blocks: call it on a thread that may wait.
    ///
    /// - Throws: `JournalError`: `notRetained`, `unknownPosition`, `damaged`, `failed`.
    public func makeLogReader(after position: LogPosition) throws(JournalError) -> JournalReader {
        try JournalReader(journal, after: position, contents: .frame)
    }
}
