public import Store

/// Indexes the state of every code by tenant and campaign, for lists by state.
///
/// Open a store with it, and ``Codes/list(_:in:now:)`` with a state takes as many steps as its page has codes, however
/// many there are.
public struct CodeStates: Projection {
    /// Makes the projection.
    public init() {}

    /// Its id among a store's projections.
    public var id: ProjectionID { .codeStates }

    /// The word for it in reports.
    public var name: String { "code_states" }

    /// The noun phrase for it.
    public var title: String { "the index of codes" }

    /// The version of the derived records.
    public var formatVersion: UInt32 { 1 }

    /// The derived table.
    public var tables: [TableDefinition] { [TableDefinition(DerivedTableIDs.codeStates, "code_states")] }

    /// The tables that the state of a code is made of.
    public var sources: TableSet { [Tables.codes, Tables.counters] }

    /// Begins to follow one layer.
    public func makePass(over state: Snapshot) -> any ProjectionPass { CodeStatesPass() }

    static let index = StateIndex(
        table: DerivedTableIDs.codeStates, rows: Tables.codes, end: { try? CodeFields(decoding: $0).endMilliseconds })
}

extension ProjectionID {
    /// Where codes stand.
    public static let codeStates = ProjectionID(rawValue: 1)
    /// Where holds stand.
    public static let holdStates = ProjectionID(rawValue: 2)
}

/// Tells if all places of a code are used.
private enum Fullness: UInt8 {
    case free = 0
    /// Its one place is.
    case redeemed = 1
    /// All of several are.
    case exhausted = 2

    init(_ counter: CapacityCounter?) {
        guard let counter, counter.used >= counter.limit else {
            self = .free
            return
        }
        self = counter.limit == 1 ? .redeemed : .exhausted
    }
}

/// Follows one layer for ``CodeStates``.
///
/// A claim costs it the reading of a counter, and nothing more unless the code becomes full or free.
private final class CodeStatesPass: ProjectionPass {
    /// A row that came, changed or went.
    private struct RowNote {
        var tenant: UInt32
        var number: UInt64
        var campaign: UInt64
        var endBefore: UInt64
        var endAfter: UInt64
        var isNew: Bool
        var isGone: Bool
        var isRevoked: Bool
    }

    /// A code that became full or free.
    private struct FullnessNote {
        var tenant: UInt32
        var number: UInt64
        var fullness: Fullness
    }

    private var rows: [RowNote] = []
    private var fullnesses: [FullnessNote] = []
    private var isSound = true

    func note(
        _ table: TableID, key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer?, new: UnsafeRawBufferPointer?
    ) {
        if table == Tables.counters { noteCounter(key, old, new) } else { noteRow(key, old, new) }
    }

    private func noteRow(
        _ key: UnsafeRawBufferPointer, _ old: UnsafeRawBufferPointer?, _ new: UnsafeRawBufferPointer?
    ) {
        let before = old.flatMap { try? CodeFields(decoding: $0.bytes) }
        let after = new.flatMap { try? CodeFields(decoding: $0.bytes) }
        guard let facts = after ?? before, (before == nil) == (old == nil), (after == nil) == (new == nil),
            before.map({ $0.campaign == facts.campaign }) ?? true
        else {
            isSound = isSound && old == nil && new == nil
            return
        }
        if let before, let after, before.endMilliseconds == after.endMilliseconds, before.isRevoked == after.isRevoked {
            return
        }
        let (tenant, number) = RowKeys.entity(key.bytes)
        rows.append(
            RowNote(
                tenant: tenant, number: number, campaign: facts.campaign,
                endBefore: before?.endMilliseconds ?? noEnd, endAfter: after?.endMilliseconds ?? noEnd,
                isNew: before == nil, isGone: after == nil, isRevoked: facts.isRevoked))
    }

    private func noteCounter(
        _ key: UnsafeRawBufferPointer, _ old: UnsafeRawBufferPointer?, _ new: UnsafeRawBufferPointer?
    ) {
        let before = Fullness(old.flatMap { CapacityCounter(decoding: $0.bytes) })
        let after = Fullness(new.flatMap { CapacityCounter(decoding: $0.bytes) })
        guard before != after, let (tenant, number) = RowKeys.codeCounter(key.bytes) else { return }
        fullnesses.append(FullnessNote(tenant: tenant, number: number, fullness: after))
    }

    func finish(_ writer: inout ProjectionWriter) throws(StoreError) -> ProjectionState {
        guard isSound, let updates = try merged(writer) else { return .stale }
        return try CodeStates.index.write(updates, &writer)
    }

    /// Puts rows and counters together, in the order of tenant and number, and looks up what the layer does not say.
    private func merged(_ writer: borrowing ProjectionWriter) throws(StoreError) -> [StateIndex.Update]? {
        try writer.withCursor(Tables.codes) { (codes) throws(StoreError) in
            try writer.withCursor(Tables.counters) { (counters) throws(StoreError) in
                var updates: [StateIndex.Update] = []
                updates.reserveCapacity(rows.count + fullnesses.count)
                var next = 0
                for row in rows {
                    while next < fullnesses.count, CodeStatesPass.isBefore(fullnesses[next], row) {
                        try CodeStatesPass.add(fullnesses[next], &codes, to: &updates)
                        next += 1
                    }
                    var fullness = Fullness.free
                    if next < fullnesses.count, fullnesses[next].number == row.number,
                        fullnesses[next].tenant == row.tenant
                    {
                        fullness = fullnesses[next].fullness
                        next += 1
                    } else if !row.isNew, !row.isGone {
                        let key = RowKeys.codeCounter(tenant: row.tenant, row.number)
                        fullness = Fullness(try counters.find(key).flatMap { CapacityCounter(decoding: $0.bytes) })
                    }
                    updates.append(CodeStatesPass.update(row, fullness))
                }
                for note in fullnesses[next...] { try CodeStatesPass.add(note, &codes, to: &updates) }
                return updates
            }
        }
    }

    private static func isBefore(_ note: FullnessNote, _ row: RowNote) -> Bool {
        (note.tenant, note.number) < (row.tenant, row.number)
    }

    /// Adds a code of which only the counter changed; one without a row is in no list.
    private static func add(
        _ note: FullnessNote, _ codes: inout RecordCursor, to updates: inout [StateIndex.Update]
    ) throws(StoreError) {
        let key = RowKeys.entity(tenant: note.tenant, note.number)
        guard let row = try codes.find(key), let facts = try? CodeFields(decoding: row.bytes) else { return }
        let note = (
            RowNote(
                tenant: note.tenant, number: note.number, campaign: facts.campaign,
                endBefore: facts.endMilliseconds, endAfter: facts.endMilliseconds, isNew: false, isGone: false,
                isRevoked: facts.isRevoked), note.fullness
        )
        updates.append(update(note.0, note.1))
    }

    private static func update(_ row: RowNote, _ fullness: Fullness) -> StateIndex.Update {
        StateIndex.Update(
            tenant: row.tenant, campaign: row.campaign, number: row.number, slot: slot(row, fullness),
            endBefore: row.endBefore, endAfter: row.endAfter)
    }

    /// The order of ``CodeState``: revoked, full, and only then its end.
    private static func slot(_ row: RowNote, _ fullness: Fullness) -> StateBlock.Slot? {
        if row.isGone { return nil }
        if row.isRevoked { return .first }
        switch fullness {
        case .redeemed: return .second
        case .exhausted: return .third
        case .free: return row.endAfter == noEnd ? .endless : .ending
        }
    }
}

extension CodeState {
    /// Where codes in this state are in ``CodeStates``.
    var match: StateMatch {
        switch self {
        case .active: StateMatch(wantsOpen: true)
        case .expired: StateMatch(wantsEnded: true)
        case .revoked: .settled(.first)
        case .redeemed: .settled(.second)
        case .exhausted: .settled(.third)
        }
    }
}
