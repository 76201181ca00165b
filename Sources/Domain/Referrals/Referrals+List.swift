internal import Journal
public import Store

extension Referrals {
    /// The referrals that a query asks for, newest first.
    ///
    /// - Complexity: O(referrals of the page) for a person; for a status O(referrals of the page) with ``ReferralStates``;
    ///   else at most ``PageRequest/visitsMax`` records a page.
    public static func list(_ query: ReferralQuery, in state: some StateScanning) -> Page<Referral> {
        let tenant = query.tenant
        let item = { (number: EntityNumber) -> Referral? in
            find(number, tenant: tenant, state: state).flatMap { matches($0, query) ? $0 : nil }
        }
        if let referee = query.referee {
            return .gathered(numbers(ofReferee: referee, tenant: tenant, in: state), query.page, item)
        }
        if let referrer = query.referrer {
            let prefix = RecordKeys.referralAccount(tenant, PackedAccount(referrer), .index)
            return state.pageOfBlocks(Tables.referralAccounts, prefix: prefix, query.page, item)
        }
        if let status = query.status, state.isCurrent(.referralStates) {
            let question = StateQuery(
                index: ReferralStates.index, tenant: tenant, campaign: query.campaign, match: status.match,
                now: Timestamp(milliseconds: 0))
            return state.page(question, query.page, item)
        }
        if let campaign = query.campaign {
            return state.pageOfIndex(Tables.ledgerByCampaign, tenant, campaign, query.page, item)
        }
        return state.page(ReferralRecord.self, of: tenant, query.page) { _, row in matches(row, query) ? row : nil }
    }

    private static func matches(_ row: Referral, _ query: ReferralQuery) -> Bool {
        (query.status == nil || row.status == query.status)
            && (query.campaign == nil || row.campaign == query.campaign)
            && (query.referrer == nil || row.referrer == query.referrer)
            && (query.referee == nil || row.referee == query.referee)
    }

    /// The referrals by which a person came: one in each programme.
    private static func numbers(
        ofReferee referee: AccountID, tenant: TenantNumber, in state: some StateScanning
    ) -> [EntityNumber] {
        var numbers: [EntityNumber] = []
        let prefix = RecordKeys.referralAccount(tenant, PackedAccount(referee), .standing)
        state.scan(Tables.referralAccounts, prefix: prefix, from: nil, descending: false) { _, value in
            if let number = ReferralStanding.decode(value).referral { numbers.append(number) }
            return numbers.count < PageRequest.visitsMax
        }
        return numbers
    }
}
