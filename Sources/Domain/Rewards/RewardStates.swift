public import Store

/// Indexes the state of every reward by tenant and campaign, for lists by state.
public struct RewardStates: Projection {
    /// Makes the projection.
    public init() {}

    /// Its id among a store's projections.
    public var id: ProjectionID { .rewardStates }

    /// The word for it in reports.
    public var name: String { "reward_states" }

    /// The noun phrase for it.
    public var title: String { "the index of rewards" }

    /// The version of the derived records.
    public var formatVersion: UInt32 { 1 }

    /// The derived table.
    public var tables: [TableDefinition] { [TableDefinition(DerivedTableIDs.rewardStates, "reward_states")] }

    /// The table that the state of a reward is in.
    public var sources: TableSet { [Tables.rewards] }

    /// Begins to follow one layer.
    public func makePass(over state: Snapshot) -> any ProjectionPass { RewardStatesPass() }

    static let index = StateIndex(table: DerivedTableIDs.rewardStates, rows: Tables.rewards, end: { _ in noEnd })
}

/// Follows one layer for ``RewardStates``.
private final class RewardStatesPass: ProjectionPass {
    private var updates: [StateIndex.Update] = []
    private var isSound = true

    func note(
        _ table: TableID, key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer?, new: UnsafeRawBufferPointer?
    ) {
        let (tenant, number) = RowKeys.entity(key.bytes)
        let read = { (row: UnsafeRawBufferPointer) in
            try? Reward(EntityNumber(rawValue: number), decoding: row.bytes)
        }
        let (before, after) = (old.flatMap(read), new.flatMap(read))
        guard let row = after ?? before, (before == nil) == (old == nil), (after == nil) == (new == nil),
            before.map({ $0.campaign == row.campaign }) ?? true
        else {
            isSound = isSound && old == nil && new == nil
            return
        }
        if before?.state == after?.state { return }
        updates.append(
            StateIndex.Update(
                tenant: tenant, campaign: row.campaign.rawValue, number: number, slot: after?.state.slot,
                endBefore: noEnd, endAfter: noEnd))
    }

    func finish(_ writer: inout ProjectionWriter) throws(StoreError) -> ProjectionState {
        guard isSound else { return .stale }
        return try RewardStates.index.write(updates, &writer)
    }
}

extension RewardState {
    fileprivate var slot: StateBlock.Slot {
        switch self {
        case .pending: .endless
        case .granted: .first
        case .held: .second
        case .confirmed: .third
        case .reversed: .fourth
        case .expired: .fifth
        }
    }

    /// Where rewards in this state are in ``RewardStates``.
    var match: StateMatch { self == .pending ? StateMatch(wantsOpen: true) : .settled(slot) }
}
