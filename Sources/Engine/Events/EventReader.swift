public import Domain
public import Journal

/// Reads the events of the log in the order in which they happened, and continues when the log has grown.
///
/// The log is the journal: what a node has of it, and every node has the same. Events that are older than the oldest
/// segment are told as `notRetained`. Confined to one thread at a time; blocks on the disk.
public final class EventReader {
    private let reader: JournalReader
    /// Where reading begins behind; nil once that was found.
    private var after: EventID?
    /// Only these events; nil: those of all tenants and of the node.
    private let tenant: TenantNumber?
    /// The rest of the frame that was read last.
    private var rest: ArraySlice<Event> = []

    /// Opens a reader.
    ///
    /// - Parameters:
    ///   - journal: The journal's files.
    ///   - after: The event to begin behind; nil begins with the oldest that is there.
    ///   - tenant: The tenant whose events they are; nil: those of all tenants and of the node.
    /// - Throws: ``JournalError``: `notRetained` when the event is no longer there, so that some may be missing;
    ///   `damaged`, `failed`.
    init(_ journal: JournalConfiguration, after: EventID?, of tenant: TenantNumber?) throws(JournalError) {
        reader = try JournalReader(journal, inSegmentOf: after?.position)
        self.after = after
        self.tenant = tenant
    }

    /// Reads further events.
    ///
    /// - Parameters:
    ///   - end: The position up to which the log is shown.
    ///   - limit: The most events.
    /// - Returns: The events; none when there are none before the end.
    /// - Throws: ``JournalError``: `unknownPosition` when the event to begin behind is not of this history; `damaged`,
    ///   `failed`, `notRetained` when retention has overtaken the reader. ``EngineError`` when a frame's events are of a
    ///   later version.
    public func next(through end: LogPosition, limit: Int) throws -> [Event] {
        var found: [Event] = []
        while found.count < limit {
            if rest.isEmpty, try !readFrame(through: end) { break }
            let part = rest.prefix(limit - found.count)
            found += part
            rest = rest.dropFirst(part.count)
        }
        return found
    }

    /// Reads the events of the next frame into ``rest``; false at the end.
    private func readFrame(through end: LogPosition) throws -> Bool {
        guard let header = try reader.next(through: end) else {
            // Nothing is behind an event that has not happened here.
            if let after, after.position.sequence > 0 { throw JournalError.unknownPosition(after.position) }
            return false
        }
        if let after {
            guard header.lastSequence >= after.position.sequence else { return true }
            guard after.position.sequence == 0 || header.epoch == after.position.epoch else {
                throw JournalError.unknownPosition(after.position)
            }
        }
        let events = try reader.withContents { payload in try EventReader.events(of: header, payload) }
        rest =
            events.filter { event in
                (tenant == nil || event.tenant == tenant) && (after.map { event.id > $0 } ?? true)
            }[...]
        after = nil
        return true
    }

    /// Reads the events of a frame.
    ///
    /// - Parameters:
    ///   - header: The header of the frame.
    ///   - payload: The body of the frame, decompressed.
    /// - Returns: The events, in the order in which they happened.
    /// - Throws: ``EngineError`` `unusableDirectory` when they are not events of this version.
    public static func events(of header: FrameHeader, _ payload: RawSpan) throws(EngineError) -> [Event] {
        do throws(EventFrame.Damage) {
            return try EventFrame(header, payload: payload).events
        } catch {
            throw EngineError(
                .unusableDirectory,
                "The events of the frame at \(header.position) cannot be read: \(error). "
                    + "Use the version of usher that wrote it.")
        }
    }
}
