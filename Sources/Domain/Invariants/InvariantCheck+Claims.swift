internal import Store

/// Reads claims for the checks of several tables.
extension InvariantCheck {
    /// A live claim as its row tells it.
    struct LiveClaim {
        var redeemer: AccountID
        var code: EntityNumber?
        var campaign: EntityNumber?
        var quantity: UInt32
    }

    /// The row of a claim; nil when the claim is not live.
    func live(_ owner: ClaimOwner, _ tenant: TenantNumber) -> LiveClaim? {
        switch owner {
        case .redemption(let number):
            let row = find(RedemptionRecord.self, EntityKey(tenant: tenant, number: number))
            guard let row, row.releasedAt == nil else { return nil }
            return LiveClaim(redeemer: row.redeemer, code: row.code, campaign: row.campaign, quantity: row.quantity)
        case .hold(let number):
            let row = find(HoldRecord.self, EntityKey(tenant: tenant, number: number))
            guard let row, row.state == .held else { return nil }
            return LiveClaim(redeemer: row.redeemer, code: row.code, campaign: row.campaign, quantity: row.quantity)
        }
    }

    /// All that a person has in a campaign.
    func accountClaims(of redeemer: AccountID, in campaign: EntityNumber, _ tenant: TenantNumber) -> AccountClaims {
        let key = ClaimKey(tenant: tenant, redeemer: redeemer, kind: .accountClaims, number: campaign)
        guard case .accountClaims(let accountClaims)? = find(ClaimRecord.self, key) else { return AccountClaims() }
        return accountClaims
    }

    /// The claim of a person on a code, or on a campaign without one.
    func owner(
        of code: EntityNumber?, _ campaign: EntityNumber?, _ redeemer: AccountID, _ tenant: TenantNumber
    ) -> ClaimOwner? {
        if let campaign, let owner = accountClaims(of: redeemer, in: campaign, tenant).owner(of: code) { return owner }
        guard let number = code ?? campaign else { return nil }
        let kind: ClaimKeyKind = code != nil ? .code : .campaign
        let key = ClaimKey(tenant: tenant, redeemer: redeemer, kind: kind, number: number)
        guard case .owner(let owner)? = find(ClaimRecord.self, key) else { return nil }
        return owner
    }

    /// Visits a person's live claims.
    func forEachClaim(of redeemer: AccountID, _ tenant: TenantNumber, _ visit: (ClaimOwner) -> Void) {
        let prefix = RecordKeys.person(tenant, PackedAccount(redeemer))
        state.scan(ClaimRecord.table, prefix: prefix, from: nil, descending: false) { key, value in
            guard let id = ClaimKey(decoding: key) else { return true }
            switch try? ClaimRecord.decode(id, value) {
            case .owner(let owner)?: visit(owner)
            case .accountClaims(let accountClaims)?: if let first = accountClaims.first { visit(first.owner) }
            case nil: break
            }
            return true
        }
    }

    /// A thing's claims are in the indexes of its code and campaign.
    mutating func requireIndexed<ByCode: NumberIndexRecord, ByCampaign: NumberIndexRecord>(
        _ number: EntityNumber, of tenant: TenantNumber, code: (ByCode.Type, EntityNumber?),
        campaign: (ByCampaign.Type, EntityNumber?), _ rule: String, _ place: String
    ) {
        let inCode = code.1.map { isIndexed(code.0, number, of: $0, tenant) }
        require(inCode ?? true, rule, "\(place) is missing in the index of its code")
        let inCampaign = campaign.1.map { isIndexed(campaign.0, number, of: $0, tenant) }
        require(inCampaign ?? true, rule, "\(place) is missing in the index of its campaign")
    }

    /// True if an index says that a number is an owner's.
    func isIndexed<Index: NumberIndexRecord>(
        _ index: Index.Type, _ number: EntityNumber, of owner: EntityNumber, _ tenant: TenantNumber
    ) -> Bool {
        let key = NumberBlockKey(tenant: tenant, owner: owner, block: NumberIndex.block(of: number))
        return (find(index, key) ?? 0) & NumberIndex.bit(of: number) != 0
    }

    /// Visits the numbers that an index has of an owner.
    func forEachIndexed<Index: NumberIndexRecord>(
        _ index: Index.Type, of owner: EntityNumber, _ tenant: TenantNumber, _ visit: (EntityKey) -> Void
    ) {
        let prefix = RecordKeys.entity(tenant, owner)
        state.scan(index.table, prefix: prefix, from: nil, descending: false) { key, value in
            guard let id = NumberBlockKey(decoding: key), let bits = try? index.decode(id, value) else { return true }
            for bit in 0..<NumberIndex.blockSize where bits & 1 << bit != 0 {
                let number = EntityNumber(rawValue: id.block * NumberIndex.blockSize + bit)
                visit(EntityKey(tenant: tenant, number: number))
            }
            return true
        }
    }

    // MARK: Places

    /// A code's or campaign's counter, and a campaign's tally, are what its live claims add up to.
    mutating func requireCounted<ByHolds: NumberIndexRecord, ByRedemptions: NumberIndexRecord>(
        _ kind: TargetKind, _ id: EntityKey, _ place: String, holds: ByHolds.Type, redemptions: ByRedemptions.Type
    ) {
        var (used, held, rows) = (0, 0, 0) as (UInt64, UInt64, UInt64)
        forEachIndexed(redemptions, of: id.number, id.tenant) { key in
            guard let row = find(RedemptionRecord.self, key), row.releasedAt == nil else { return }
            used += UInt64(row.quantity)
            rows += 1
        }
        forEachIndexed(holds, of: id.number, id.tenant) { key in
            guard let row = find(HoldRecord.self, key), row.state == .held else { return }
            held += UInt64(row.quantity)
        }
        let target = TargetKey(tenant: id.tenant, kind: kind, number: id.number)
        guard let counter = find(CounterRecord.self, target) else {
            return require(false, "counter_missing", "\(place) has no counter")
        }
        require(
            counter.used == used, "counter_used", "\(place) says \(counter.used) used, its redemptions have \(used)")
        require(
            counter.held == held, "counter_held", "\(place) says \(counter.held) held, its live holds have \(held)")
        guard kind == .campaign else { return }
        let tally = find(TallyRecord.self, target) ?? 0
        require(tally == rows, "tally", "\(place) counts \(tally) redemptions, there are \(rows)")
    }
}
