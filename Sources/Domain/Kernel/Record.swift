internal import Store

/// One table of the state, described once: its number and name, its keys and values, its rules and its persons.
///
/// ``Tables/records`` lists all of them. Opening the store, the names in `journal inspect`, the walk of `usher verify`,
/// the round-trip and fuzz tests and the comparison with `docs/formats/tables.md` follow from that list.
///
/// ```swift
/// enum TallyRecord: Record {
///     static let table = Tables.tallies
///     static let name: StaticString = "tallies"
///     static var personalData: PersonalData<TallyRecord> { .none }
///     …
/// }
/// ```
///
/// Static requirements only: a claim calls the codecs directly, and nothing is looked up or registered at run time.
protocol Record: SendableMetatype {
    /// The key, taken apart.
    associatedtype ID: RecordID
    /// The value, taken apart.
    associatedtype Value: Sendable

    /// The number that frames carry; never reused.
    static var table: TableID { get }
    /// The name of the LMDB sub-database, and in reports.
    static var name: StaticString { get }
    /// The personal data that the records own, whose they are, and what an erasure makes of them.
    ///
    /// Has no default: a new table says it.
    static var personalData: PersonalData<Self> { get }

    /// The deadline that the table is ordered by; nil for tables of other orders.
    ///
    /// A record that is a ``Deadline`` is its own.
    static var deadline: (any Deadline.Type)? { get }

    /// Reads a value; never traps, whatever the bytes are.
    static func decode(_ id: ID, _ bytes: RawSpan) throws(RecordDamage) -> Value

    /// Writes a value that ``decode(_:_:)`` gave, or one that a command has made.
    static func encode(_ value: Value, to writer: inout ValueWriter)

    /// Checks what must be true of a record and of those that belong with it; `usher verify` calls it for each.
    static func check<State: StateScanning>(_ id: ID, _ value: Value, in check: inout InvariantCheck<State>)
}

extension Record {
    /// The table's definition for the store.
    static var definition: TableDefinition { TableDefinition(table, "\(name)") }

    static var deadline: (any Deadline.Type)? { nil }
}

extension Record where Self: Deadline {
    static var deadline: (any Deadline.Type)? { Self.self }
}

/// Records whose value is the number of the owner of their key.
extension Record where Value == EntityNumber {
    static func decode(_ id: ID, _ bytes: RawSpan) throws(RecordDamage) -> EntityNumber {
        try EntityNumber(decoding: bytes)
    }

    static func encode(_ owner: EntityNumber, to writer: inout ValueWriter) { writer.append(entity: owner) }
}

/// Records whose key says everything.
extension Record where Value == Nothing {
    static func decode(_ id: ID, _ bytes: RawSpan) throws(RecordDamage) -> Nothing { try Nothing(bytes) }

    static func encode(_ value: Nothing, to writer: inout ValueWriter) {}
}

extension StateReading {
    /// The value under a key; nil when there is none.
    ///
    /// - Precondition: the record is one that this version reads, as everything is behind checksums.
    func find<Kind: Record>(_ record: Kind.Type, _ id: Kind.ID) -> Kind.Value? {
        read(Kind.table, id.key) { bytes in
            trusted(Kind.name) { () throws(RecordDamage) in try Kind.decode(id, bytes) }
        }
    }
}

extension Transaction {
    /// Stores a record whether or not the key has one.
    func put<Kind: Record>(_ record: Kind.Type, _ id: Kind.ID, _ value: Kind.Value) {
        put(Kind.table, id.key) { Kind.encode(value, to: &$0) }
    }

    /// Stores a record under a key that is absent.
    func insert<Kind: Record>(_ record: Kind.Type, _ id: Kind.ID, _ value: Kind.Value) {
        insert(Kind.table, id.key) { Kind.encode(value, to: &$0) }
    }
}

/// Reads a record where one that cannot be read ends the process.
@inline(__always)
func trusted<Value>(_ table: StaticString, _ read: () throws(RecordDamage) -> Value) -> Value {
    do throws(RecordDamage) { return try read() } catch { damagedRecord(table) }
}
