internal import Store

/// The table of referrals.
enum ReferralRecord: Record {
    static let table = Tables.referrals
    static let name: StaticString = "referrals"
    static var personalData: PersonalData<ReferralRecord> {
        PersonalData(
            fields: [.init("referrer", .account), .init("referee", .account)], erasure: .renamed,
            account: { $1.referrer }, other: { $1.referee })
    }

    static func decode(_ id: EntityKey, _ bytes: RawSpan) throws(RecordDamage) -> Referral {
        try Referral(id.number, decoding: bytes)
    }

    static func encode(_ row: Referral, to writer: inout ValueWriter) { row.encode(to: &writer) }

    /// Its redemption, the standings of both persons, its place in the indexes, and its rewards.
    static func check<State: StateScanning>(_ id: EntityKey, _ row: Referral, in check: inout InvariantCheck<State>) {
        let tenant = id.tenant
        let place = "referral \(id.number.rawValue)"
        let redemption = check.find(RedemptionRecord.self, EntityKey(tenant: tenant, number: row.redemption))
        check.require(
            redemption.map {
                $0.hasReferral && $0.redeemer == row.referee && $0.code == row.code && $0.campaign == row.campaign
            } ?? false, "referral_redemption", "\(place) and its redemption do not belong together")
        check.require(row.referrer != row.referee, "referral_self", "\(place) is of one person with themselves")
        let own = check.standing(of: row.referee, in: row.scope, tenant)
        check.require(
            own.referral == id.number && own.depth == row.depth, "referral_standing",
            "\(place) is not the one that its referee has in the programme")
        let above = check.standing(of: row.referrer, in: row.scope, tenant)
        check.require(
            above.made > 0 && above.depth + 1 == row.depth, "referral_depth",
            "\(place) has another depth than its chain")
        check.require(
            check.isListed(id.number, of: row.referrer, tenant), "referral_index",
            "\(place) is missing in the index of its referrer")
        if let campaign = row.campaign {
            check.require(
                check.isIndexed(LedgerByCampaignRecord.self, id.number, of: campaign, tenant), "referral_index",
                "\(place) is missing in the index of its campaign")
            let counts = ReferralAccountKey(
                tenant: tenant, account: row.referrer, kind: .referrer, number: campaign.rawValue)
            check.require(
                check.has(ReferralAccountRecord.self, counts), "referrer_counts", "\(place) is counted nowhere")
        }
        check.require(
            (row.status == .reversed) == (row.reversedAt != nil)
                && (row.status == .qualified || row.status == .rewarded) == (row.qualifiedAt != nil), "referral_status",
            "\(place) has another status than its times")
        row.rewards.visit { party, trigger, number in
            let reward = check.find(RewardRecord.self, EntityKey(tenant: tenant, number: number))
            check.require(
                reward.map { $0.referral == id.number && $0.party == party && $0.trigger == trigger } ?? false,
                "referral_reward", "\(place) has a reward that is not its own")
        }
    }
}
