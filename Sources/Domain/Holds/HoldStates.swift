public import Store

/// Indexes the state of every hold by tenant and campaign, for lists by state.
public struct HoldStates: Projection {
    /// Makes the projection.
    public init() {}

    /// Its id among a store's projections.
    public var id: ProjectionID { .holdStates }

    /// The word for it in reports.
    public var name: String { "hold_states" }

    /// The noun phrase for it.
    public var title: String { "the index of holds" }

    /// The version of the derived records.
    public var formatVersion: UInt32 { 1 }

    /// The derived table.
    public var tables: [TableDefinition] { [TableDefinition(DerivedTableIDs.holdStates, "hold_states")] }

    /// The tables that the state of a hold is made of.
    public var sources: TableSet { [Tables.holds] }

    /// Begins to follow one layer.
    public func makePass(over state: Snapshot) -> any ProjectionPass { HoldStatesPass() }

    static let index = StateIndex(
        table: DerivedTableIDs.holdStates, rows: Tables.holds, end: { try? HoldFields(decoding: $0).endMilliseconds })
}

/// Follows one layer for ``HoldStates``.
private final class HoldStatesPass: ProjectionPass {
    private var updates: [StateIndex.Update] = []
    private var isSound = true

    func note(
        _ table: TableID, key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer?, new: UnsafeRawBufferPointer?
    ) {
        let before = old.flatMap { try? HoldFields(decoding: $0.bytes) }
        let after = new.flatMap { try? HoldFields(decoding: $0.bytes) }
        guard let facts = after ?? before, (before == nil) == (old == nil), (after == nil) == (new == nil),
            before.map({ $0.claim.campaign == facts.claim.campaign }) ?? true
        else {
            isSound = isSound && old == nil && new == nil
            return
        }
        if before == after { return }
        let (tenant, number) = RowKeys.entity(key.bytes)
        updates.append(
            StateIndex.Update(
                tenant: tenant, campaign: facts.claim.campaign, number: number, slot: after?.state.slot,
                endBefore: before?.endMilliseconds ?? noEnd, endAfter: after?.endMilliseconds ?? noEnd))
    }

    func finish(_ writer: inout ProjectionWriter) throws(StoreError) -> ProjectionState {
        guard isSound else { return .stale }
        return try HoldStates.index.write(updates, &writer)
    }
}

extension HoldState {
    fileprivate var slot: StateBlock.Slot {
        switch self {
        case .held: .ending
        case .confirmed: .first
        case .released: .second
        case .expired: .third
        }
    }

    /// Where holds in this state are in ``HoldStates``; one whose time is over is expired, whoever has noted it.
    var match: StateMatch {
        switch self {
        case .held: return StateMatch(wantsOpen: true)
        case .confirmed: return .settled(.first)
        case .released: return .settled(.second)
        case .expired:
            var match = StateMatch.settled(.third)
            match.wantsEnded = true
            return match
        }
    }
}
