internal import Store

/// The table that says which referrals and rewards a campaign has.
///
/// One index for both: a claim that is a referral with rewards takes numbers that lie side by side, and so one record.
enum LedgerByCampaignRecord: NumberIndexRecord {
    static let table = Tables.ledgerByCampaign
    static let name: StaticString = "ledger_by_campaign"

    static func belongs<State: StateScanning>(
        _ number: EntityNumber, to owner: EntityNumber, of tenant: TenantNumber, in check: InvariantCheck<State>
    ) -> Bool {
        let id = EntityKey(tenant: tenant, number: number)
        let campaign = check.find(ReferralRecord.self, id)?.campaign ?? check.find(RewardRecord.self, id)?.campaign
        return campaign == owner
    }
}
