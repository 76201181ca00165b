internal import Domain
public import Journal
internal import Store

/// One effect in a frame: what happened to which table's record.
///
/// Carries lengths, never contents.
public struct JournalEffect: Sendable {
    /// The change of a record.
    public enum Kind: String, Sendable {
        /// It has a new value; it may have had another.
        case put
        /// It is new.
        case insert
        /// It is gone.
        case remove

        init(_ kind: FrameBody.Kind) {
            switch kind {
            case .put: self = .put
            case .insert: self = .insert
            case .remove: self = .remove
            }
        }
    }

    /// The table's name; `table <number>` when this version does not know it.
    public var table: String
    /// The change.
    public var kind: Kind
    /// Bytes of the key.
    public var keyBytes: Int
    /// Bytes of the value; 0 for a removal.
    public var valueBytes: Int

    private static let names: [UInt8: String] = {
        var names: [UInt8: String] = [:]
        for table in Tables.all + StateStore.ownTables { names[table.id.rawValue] = table.name }
        return names
    }()

    /// True if this version knows the table.
    public var isKnownTable: Bool { !table.hasPrefix("table ") }

    /// Reads the effects of a frame's payload, as `docs/formats/journal.md` describes them.
    ///
    /// - Throws: ``EngineError`` `unusableDirectory` when the payload is not a frame body of this version.
    public static func forEach(
        in payload: RawSpan, at position: LogPosition, _ visit: (JournalEffect) -> Void
    ) throws(EngineError) {
        do {
            try payload.withUnsafeBytes { (bytes) throws(FrameBody.Malformed) in
                try FrameBody.decode(bytes) { table, kind, key, value in
                    guard table != FrameEvents.table else { return }
                    let name = names[table.rawValue] ?? "table \(table.rawValue)"
                    visit(JournalEffect(table: name, kind: Kind(kind), keyBytes: key.count, valueBytes: value.count))
                }
            }
        } catch {
            throw EngineError(
                .unusableDirectory,
                "The effects of the frame at \(position) cannot be read (byte \(error.offset)). "
                    + "Use the version of usher that wrote it.")
        }
    }

    /// The number of effects.
    ///
    /// - Throws: As ``forEach(in:at:_:)``.
    static func count(in payload: RawSpan, at position: LogPosition) throws(EngineError) -> UInt64 {
        var count: UInt64 = 0
        try forEach(in: payload, at: position) { _ in count += 1 }
        return count
    }
}
