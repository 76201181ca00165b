internal import Journal
public import Store

/// The codes that exist for nobody yet: the ranges of all big commands under way.
///
/// A big command writes its codes in many small commands between those of others. Their records stand in the ordinary
/// tables, but a code whose number is in one of these ranges is not there for anybody: it cannot be claimed, looked
/// at, listed, changed or counted. The command's last piece takes the range out of this record, and with that one
/// change all of its codes are there.
///
/// The ranges of all tenants are one record of the table `settings`, so a reader finds out with one point read; the
/// sequencer keeps them in ``DecisionContext/pending``, so a claim compares with an array that is nearly always empty.
public struct PendingCodes: Equatable, Sendable {
    /// The most ranges at a time: the record stays small, and everybody who looks compares with few.
    public static let rangesMax = 32

    private static let formatVersion: UInt8 = 1

    /// In the order in which they began.
    public private(set) var ranges: [PendingRange] = []

    /// No codes.
    public init() {}

    /// Reads what a state says.
    ///
    /// One point read.
    public init(reading state: some StateReading) {
        let read = state.read(Tables.settings, SystemValues.pendingCodes) { bytes -> PendingCodes in
            guard let pending = PendingCodes(decoding: bytes) else { damagedRecord("settings") }
            return pending
        }
        if let read { self = read }
    }

    /// Reads the record; nil when the bytes are not one.
    package init?(decoding bytes: RawSpan) {
        var reader = ValueReader(bytes)
        guard reader.byte() == PendingCodes.formatVersion else { return nil }
        for _ in 0..<reader.byte() {
            let tenant = TenantNumber(rawValue: UInt32(truncatingIfNeeded: reader.compact()))
            let first = reader.entity()
            let end = reader.entity()
            guard first <= end else { return nil }
            ranges.append(PendingRange(tenant: tenant, first: first, end: end))
        }
        guard !reader.failed, reader.remaining == 0 else { return nil }
    }

    /// Whether the key of a record of `settings` is that of this one.
    package static func isKey(_ key: RawSpan) -> Bool {
        SystemValues.pendingCodes.bytes.elementsEqual(key.withUnsafeBytes { Array($0) })
    }

    /// The record's key.
    package static var key: Key { SystemValues.pendingCodes }

    /// Whether nothing is pending.
    @inline(__always)
    public var isEmpty: Bool { ranges.isEmpty }

    /// Whether a number belongs to a code that nobody may see.
    @inline(__always)
    func contains(_ number: EntityNumber) -> Bool {
        !ranges.isEmpty && range(around: number) != nil
    }

    /// The range that a number is in.
    package func range(around number: EntityNumber) -> PendingRange? {
        ranges.first { $0.contains(number) }
    }

    /// Whether a state hides the code of a number.
    static func hides(_ number: EntityNumber, in state: some StateReading) -> Bool {
        PendingCodes(reading: state).contains(number)
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
        guard !ranges.isEmpty else { return state.remove(Tables.settings, SystemValues.pendingCodes) }
        state.put(Tables.settings, SystemValues.pendingCodes) { writer in
            writer.append(byte: PendingCodes.formatVersion)
            writer.append(byte: UInt8(truncatingIfNeeded: ranges.count))
            for range in ranges {
                writer.append(compact: UInt64(range.tenant.rawValue))
                writer.append(entity: range.first)
                writer.append(entity: range.end)
            }
        }
    }
}
