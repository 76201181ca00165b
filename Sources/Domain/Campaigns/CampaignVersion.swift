internal import Store

/// A campaign as it was or is: its row, its long fields, its places.
struct CampaignVersion {
    var row: CampaignRow
    var document: Document
    var capacity: CapacityCounter

    /// Writes down what has changed since an earlier version; nothing where nothing has.
    func recordChange(
        since old: CampaignVersion, _ number: EntityNumber, tenant: TenantNumber, in context: borrowing DecisionContext
    ) {
        let changed: [Bool] = [
            row.name != old.row.name, document.description != old.document.description,
            row.gate.status != old.row.gate.status, capacity.limit != old.capacity.limit,
            row.gate.perUserLimit != old.row.gate.perUserLimit, row.gate.startsAt != old.row.gate.startsAt,
            row.gate.endsAt != old.row.gate.endsAt, document.rewardPolicy != old.document.rewardPolicy,
            document.grant != old.document.grant,
        ]
        assert(changed.count == EventMember.changedNames.count, "every member that can change has a name")
        guard changed.contains(true) else { return }
        let bits = changed.enumerated().reduce(UInt64(0)) { $0 | ($1.element ? 1 << UInt64($1.offset) : 0) }
        var members: [EventMember: UInt64?] = [.changed: bits]
        if row.gate.status != old.row.gate.status {
            members[.status] = UInt64(row.gate.status.rawValue)
            members[.statusBefore] = UInt64(old.row.gate.status.rawValue)
        }
        if capacity.limit != old.capacity.limit {
            members[.maxRedemptionsTotal] = capacity.limit
            members[.maxRedemptionsTotalBefore] = old.capacity.limit
        }
        context.record(.campaignChanged, number, of: tenant, members)
        context.recordPlaces(of: number, tenant: tenant, before: old.capacity.free, after: capacity.free)
    }
}
