public import Store

extension Redemptions {
    /// The redemptions that a query asks for, newest first, released ones among them.
    ///
    /// - Complexity: O(redemptions of the page) for a code or a campaign. For a redeemer it reads all of that person's
    ///   claims, if these are at most ``PageRequest/visitsMax``; else that many redemptions of the code, the campaign
    ///   or the tenant a page.
    public static func list(_ query: RedemptionQuery, in state: some StateScanning) -> Page<Redemption> {
        // A code's redemptions are all in the campaign of the code.
        if let code = query.code, let campaign = query.campaign,
            Codes.gate(code, tenant: query.tenant, state: state)?.campaign != campaign
        {
            return Page(items: [], next: nil)
        }
        let item = { (number: EntityNumber) -> Redemption? in
            guard let redemption = find(number, tenant: query.tenant, state: state) else {
                damagedRecord("redemptions")
            }
            return matches(redemption, query) ? redemption : nil
        }
        if let redeemer = query.redeemer, let numbers = numbers(of: redeemer, tenant: query.tenant, in: state) {
            return .gathered(numbers, query.page, item)
        }
        if let code = query.code {
            return state.pageOfIndex(Tables.redemptionsByCode, query.tenant, code, query.page, item)
        }
        if let campaign = query.campaign {
            return state.pageOfIndex(Tables.redemptionsByCampaign, query.tenant, campaign, query.page, item)
        }
        return state.page(Tables.redemptions, prefix: RecordKeys.tenant(query.tenant), query.page) { number, value in
            let redemption = Redemption.decode(number, value)
            return matches(redemption, query) ? redemption : nil
        }
    }

    /// Visits all redemptions of a tenant, oldest first, until `visit` says no.
    public static func forEach(
        tenant: TenantNumber, in state: some StateScanning, _ visit: (Redemption) -> Bool
    ) {
        state.forEach(Tables.redemptions, prefix: RecordKeys.tenant(tenant)) { number, value in
            visit(Redemption.decode(number, value))
        }
    }

    private static func matches(_ redemption: Redemption, _ query: RedemptionQuery) -> Bool {
        (query.code == nil || redemption.code == query.code)
            && (query.campaign == nil || redemption.campaign == query.campaign)
            && (query.redeemer == nil || redemption.redeemer == query.redeemer)
    }

    /// The numbers of a person's redemptions: the live claims that are no holds, and the released ones.
    ///
    /// Nil when there are too many to gather for a page.
    private static func numbers(
        of redeemer: AccountID, tenant: TenantNumber, in state: some StateScanning
    ) -> [EntityNumber]? {
        var numbers: [EntityNumber] = []
        var visits = 0
        state.forEachClaim(of: PackedAccount(redeemer), tenant: tenant) { owner in
            if case .redemption(let number) = owner { numbers.append(number) }
            visits += 1
            return visits <= PageRequest.visitsMax
        }
        state.forEach(Tables.redemptionsReleased, prefix: RecordKeys.person(tenant, PackedAccount(redeemer))) {
            number, _ in
            numbers.append(number)
            visits += 1
            return visits <= PageRequest.visitsMax
        }
        return visits <= PageRequest.visitsMax ? numbers : nil
    }
}
