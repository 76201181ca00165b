public import Domain
public import Journal
internal import Synchronization

/// The events of the log.
extension Engine {
    /// The position up to which events are shown: acknowledged, and on stable storage whatever the durability mode.
    public var eventsEnd: LogPosition { min(position, syncedPoint.position) }

    /// Opens a reader of the events behind one.
    ///
    /// Read it up to ``eventsEnd``, on a thread that may wait.
    ///
    /// - Parameters:
    ///   - after: The event to begin behind; nil begins with the oldest that is there.
    ///   - tenant: The tenant whose events they are; nil: those of all tenants and of the node.
    /// - Returns: The reader.
    /// - Throws: ``EngineError`` `tooFewReplicas` while this node does not know that its followers have its log;
    ///   ``JournalError`` as ``EventReader``.
    public func makeEventReader(after: EventID? = nil, of tenant: TenantNumber? = nil) throws -> EventReader {
        guard !shared.hidesTables.load(ordering: .acquiring) else { throw Sequencer.tooFewReplicas }
        return try EventReader(journal, after: after, of: tenant)
    }

    /// Reads events once, as ``makeEventReader(after:of:)`` does.
    ///
    /// - Parameters:
    ///   - after: The event to begin behind; nil begins with the oldest that is there.
    ///   - tenant: The tenant whose events they are; nil: those of all tenants and of the node.
    ///   - limit: The most events.
    /// - Returns: The events; none when there are none yet.
    /// - Throws: As ``makeEventReader(after:of:)`` and ``EventReader/next(through:limit:)``.
    /// - Complexity: O(bytes of the journal from the event's segment on), until there are enough.
    public func events(after: EventID? = nil, of tenant: TenantNumber? = nil, limit: Int) throws -> [Event] {
        try makeEventReader(after: after, of: tenant).next(through: eventsEnd, limit: limit)
    }
}
