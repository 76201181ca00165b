internal import Invitations
public import Journal
internal import Store

/// One effect in a frame: what happened to which table's record.
///
/// Carries lengths, never contents.
public struct JournalEffect: Sendable {
    /// What happened to the record.
    public enum Kind: String, Sendable {
        /// It has a new value; it may have had another.
        case put
        /// It is new.
        case insert
        /// It is gone.
        case remove
    }

    /// The table's name; `table <number>` when this version does not know it.
    public var table: String
    /// What happened.
    public var kind: Kind
    /// Bytes of the key.
    public var keyBytes: Int
    /// Bytes of the value; 0 for a removal.
    public var valueBytes: Int

    private static let kinds: [Kind] = [.put, .insert, .remove]
    private static let names: [UInt8: String] = {
        var names: [UInt8: String] = [251: "store_sequence"]
        for table in Tables.all { names[table.id.rawValue] = table.name }
        return names
    }()

    /// Whether this version knows the table.
    public var isKnownTable: Bool { !table.hasPrefix("table ") }

    /// Reads the effects of a frame's payload, as `docs/formats/journal.md` describes them, apart from the code that
    /// applies them.
    ///
    /// - Throws: ``EngineError`` `unusableDirectory` when the payload is not a frame body of this version.
    public static func forEach(
        in payload: RawSpan, at position: LogPosition, _ visit: (JournalEffect) -> Void
    ) throws(EngineError) {
        var reader = EffectReader(payload)
        while !reader.isAtEnd {
            let number = reader.byte()
            let table = names[number] ?? "table \(number)"
            var keyBytes = 0
            var count = reader.varint()
            while count > 0, !reader.failed {
                count -= 1
                let shared = Int(reader.byte())
                let rest = Int(reader.byte())
                let word = reader.varint()
                guard shared <= keyBytes, shared + rest <= Key.capacity, word & 3 < kinds.count else {
                    reader.failed = true
                    break
                }
                keyBytes = shared + rest
                reader.skip(rest)
                reader.skip(word >> 2)
                visit(JournalEffect(table: table, kind: kinds[word & 3], keyBytes: keyBytes, valueBytes: word >> 2))
            }
            guard !reader.failed else {
                throw EngineError(
                    .unusableDirectory,
                    "The effects of the frame at \(position) can not be read (byte \(reader.offset)). "
                        + "Use the version of usher that wrote it.")
            }
        }
    }

    /// How many effects there are.
    ///
    /// - Throws: as ``forEach(in:at:_:)``.
    static func count(in payload: RawSpan, at position: LogPosition) throws(EngineError) -> UInt64 {
        var count: UInt64 = 0
        try forEach(in: payload, at: position) { _ in count += 1 }
        return count
    }
}

/// Reads a frame body; after the first byte that is not there, everything reads as zero and ``failed`` is set.
private struct EffectReader: ~Escapable {
    private let bytes: RawSpan
    private(set) var offset = 0
    var failed = false

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { offset >= bytes.byteCount }

    mutating func byte() -> UInt8 {
        guard offset < bytes.byteCount else {
            failed = true
            return 0
        }
        defer { offset += 1 }
        // Within bounds by the line above; every byte is a UInt8.
        return bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    mutating func varint() -> Int {
        var value = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            let next = byte()
            value |= Int(next & 0x7F) << shift
            if next & 0x80 == 0 { return value }
        }
        failed = true
        return 0
    }

    mutating func skip(_ count: Int) {
        guard count <= bytes.byteCount - offset else {
            failed = true
            return
        }
        offset += count
    }
}
