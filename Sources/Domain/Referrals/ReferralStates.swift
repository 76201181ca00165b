public import Store

/// Indexes the status of every referral by tenant and campaign, for lists by status.
public struct ReferralStates: Projection {
    /// Makes the projection.
    public init() {}

    /// Its id among a store's projections.
    public var id: ProjectionID { .referralStates }

    /// The word for it in reports.
    public var name: String { "referral_states" }

    /// The noun phrase for it.
    public var title: String { "the index of referrals" }

    /// The version of the derived records.
    public var formatVersion: UInt32 { 1 }

    /// The derived table.
    public var tables: [TableDefinition] { [TableDefinition(DerivedTableIDs.referralStates, "referral_states")] }

    /// The table that the status of a referral is in.
    public var sources: TableSet { [Tables.referrals] }

    /// Begins to follow one layer.
    public func makePass(over state: Snapshot) -> any ProjectionPass { ReferralStatesPass() }

    static let index = StateIndex(
        table: DerivedTableIDs.referralStates, rows: Tables.referrals, end: { _ in noEnd })
}

extension ProjectionID {
    /// Where referrals stand.
    public static let referralStates = ProjectionID(rawValue: 3)
    /// Where rewards stand.
    public static let rewardStates = ProjectionID(rawValue: 4)
}

/// Follows one layer for ``ReferralStates``.
private final class ReferralStatesPass: ProjectionPass {
    private var updates: [StateIndex.Update] = []
    private var isSound = true

    func note(
        _ table: TableID, key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer?, new: UnsafeRawBufferPointer?
    ) {
        let (tenant, number) = RowKeys.entity(key.bytes)
        let read = { (row: UnsafeRawBufferPointer) in
            try? Referral(EntityNumber(rawValue: number), decoding: row.bytes)
        }
        let (before, after) = (old.flatMap(read), new.flatMap(read))
        guard let row = after ?? before, (before == nil) == (old == nil), (after == nil) == (new == nil),
            before.map({ $0.campaign == row.campaign }) ?? true
        else {
            isSound = isSound && old == nil && new == nil
            return
        }
        if before?.status == after?.status { return }
        updates.append(
            StateIndex.Update(
                tenant: tenant, campaign: row.campaign?.rawValue ?? 0, number: number, slot: after?.status.slot,
                endBefore: noEnd, endAfter: noEnd))
    }

    func finish(_ writer: inout ProjectionWriter) throws(StoreError) -> ProjectionState {
        guard isSound else { return .stale }
        return try ReferralStates.index.write(updates, &writer)
    }
}

extension ReferralStatus {
    fileprivate var slot: StateBlock.Slot {
        switch self {
        case .pending: .endless
        case .qualified: .first
        case .rewarded: .second
        case .reversed: .third
        }
    }

    /// Where referrals with this status are in ``ReferralStates``.
    var match: StateMatch { self == .pending ? StateMatch(wantsOpen: true) : .settled(slot) }
}
