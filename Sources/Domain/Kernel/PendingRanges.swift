internal import Journal
public import Store

/// The entity numbers whose things are still hidden: the ranges of all big commands under way.
///
/// A big command writes what it makes in many small commands between those of others. The records stand in the ordinary
/// tables, but a code whose number is in one of these ranges is not there for anybody: it cannot be claimed, looked
/// at, listed, changed or counted. The command's last piece takes the range out of this record, and with that one
/// change everything that it made is there.
///
/// The other way round, a command can take many codes back: it is decided at once, and its pieces bring the rows up
/// behind that (``PendingRevocation``).
///
/// The ranges of all tenants are one record of the table `settings`, and so are the revocations, so a reader finds out
/// with two point reads; the sequencer keeps them in ``DecisionContext/pending``, so a claim compares with arrays that
/// are nearly always empty.
public struct PendingRanges: Equatable, Sendable {
    /// The most ranges at a time: the record stays small, and everybody who looks compares with few.
    public static let rangesMax = 32
    /// The most revocations at a time.
    public static let revocationsMax = 8

    private static let formatVersion: UInt8 = 1

    /// In the order in which they began.
    public private(set) var ranges: [PendingRange] = []
    /// The revocations whose rows are not all written, in the order in which they were decided.
    public internal(set) var revocations: [PendingRevocation] = []

    /// No ranges.
    public init() {}

    /// Reads what a state says.
    ///
    /// Two point reads.
    public init(reading state: some StateReading) {
        if case .pendingRanges(let pending)? = state.find(SettingRecord.self, .pendingRanges) { self = pending }
        if case .pendingRevocations(let pending)? = state.find(SettingRecord.self, .pendingRevocations) {
            revocations = pending
        }
    }

    /// Reads the record.
    package init(decoding bytes: RawSpan) throws(RecordDamage) {
        var reader = ValueReader(bytes)
        try reader.version(PendingRanges.formatVersion)
        for _ in 0..<reader.byte() {
            let tenant = reader.tenant()
            let first = reader.entity()
            let end = reader.entity()
            guard first <= end else { throw .value }
            ranges.append(PendingRange(tenant: tenant, first: first, end: end))
        }
        try reader.finish()
    }

    /// Writes the record.
    func encode(to writer: inout ValueWriter) {
        writer.append(byte: PendingRanges.formatVersion)
        writer.append(byte: UInt8(truncatingIfNeeded: ranges.count))
        for range in ranges {
            writer.append(compact: UInt64(range.tenant.rawValue))
            writer.append(entity: range.first)
            writer.append(entity: range.end)
        }
    }

    /// True if a key of the table `settings` is that of this record.
    package static func isKey(_ key: RawSpan) -> Bool {
        key.withUnsafeBytes { SettingKey.pendingRanges.key.bytes.elementsEqual($0) }
    }

    /// The record's key.
    package static var key: Key { SettingKey.pendingRanges.key }

    /// True if nothing is pending.
    @inline(__always)
    public var isEmpty: Bool { ranges.isEmpty && revocations.isEmpty }

    /// The numbers that tell the work apart that is under way, ranges before revocations.
    public var ends: [EntityNumber] { ranges.map(\.end) + revocations.map(\.end) }

    /// True if a number belongs to a hidden thing.
    @inline(__always)
    func contains(_ number: EntityNumber) -> Bool {
        !ranges.isEmpty && range(around: number) != nil
    }

    /// The range that a number is in.
    package func range(around number: EntityNumber) -> PendingRange? {
        ranges.first { $0.contains(number) }
    }

    /// True if a state hides the thing of a number.
    static func hides(_ number: EntityNumber, in state: some StateReading) -> Bool {
        PendingRanges(reading: state).contains(number)
    }

    // MARK: Changing

    /// Takes numbers for a big command and hides what will be stored under them.
    ///
    /// - Returns: nil when too many big commands are under way.
    static func begin(
        _ count: UInt64, tenant: TenantNumber, in context: inout DecisionContext
    ) -> PendingRange? {
        guard context.pending.ranges.count < rangesMax else { return nil }
        let first = context.state.allocateNumbers(count)
        let range = PendingRange(
            tenant: tenant, first: EntityNumber(rawValue: first), end: EntityNumber(rawValue: first + count))
        context.pending.ranges.append(range)
        context.pending.write(to: context.state)
        return range
    }

    /// Ends the hiding of a range.
    ///
    /// - Precondition: it is pending.
    static func end(_ range: PendingRange, in context: inout DecisionContext) {
        context.pending.ranges.removeAll { $0.end == range.end }
        context.pending.write(to: context.state)
    }

    /// Notes that nothing is left below a number of a range.
    static func shrink(_ range: PendingRange, to first: EntityNumber, in context: inout DecisionContext) {
        guard let index = context.pending.ranges.firstIndex(where: { $0.end == range.end }) else { return }
        context.pending.ranges[index].first = first
        context.pending.write(to: context.state)
    }

    private func write(to state: Transaction) {
        guard !ranges.isEmpty else { return state.remove(Tables.settings, SettingKey.pendingRanges.key) }
        state.put(SettingRecord.self, .pendingRanges, .pendingRanges(self))
    }
}
