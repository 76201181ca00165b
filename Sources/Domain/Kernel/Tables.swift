public import Store

/// The tables of the domain.
///
/// Their records are described byte by byte in `docs/formats/tables.md`.
///
/// Every key starts with a tenant's number. Numbers of tables are part of the journal format and never reused.
public enum Tables {
    /// (0, name) → bytes: secrets and other single values.
    public static let settings = TableID(rawValue: 1)
    /// (0, tenant) → tenant.
    public static let tenants = TableID(rawValue: 2)
    /// (0, id text) → tenant; unique.
    public static let tenantNames = TableID(rawValue: 3)
    /// (tenant, key) → API key.
    public static let apiKeys = TableID(rawValue: 4)
    /// (0, SHA-256 of the key text) → (tenant, key); unique.
    public static let apiKeyHashes = TableID(rawValue: 5)
    /// (tenant, campaign) → campaign.
    public static let campaigns = TableID(rawValue: 6)
    /// (tenant, key text) → campaign; unique.
    public static let campaignKeys = TableID(rawValue: 7)
    /// (tenant, document, part) → a part of the long optional fields of a campaign or of a batch of codes.
    public static let documents = TableID(rawValue: 8)
    /// (tenant, code) → code.
    public static let codes = TableID(rawValue: 9)
    /// (tenant, normalised text) → code; unique.
    public static let codeTexts = TableID(rawValue: 10)
    /// (tenant, campaign, block of 64 codes) → which of them.
    public static let codesByCampaign = TableID(rawValue: 11)
    /// (tenant, kind, code or campaign) → capacity counter.
    public static let counters = TableID(rawValue: 12)
    /// (tenant, kind, campaign) → number of its live redemptions.
    public static let tallies = TableID(rawValue: 13)
    /// (tenant, redemption) → redemption.
    public static let redemptions = TableID(rawValue: 14)
    /// (tenant, redeemer, kind, code or campaign) → the live hold or redemption, or the record of claims in a campaign;
    /// unique.
    public static let claims = TableID(rawValue: 15)
    /// (tenant, code, block of 64 numbers) → which of them are redemptions.
    public static let redemptionsByCode = TableID(rawValue: 17)
    /// (tenant, campaign, block of 64 numbers) → which of them are redemptions.
    public static let redemptionsByCampaign = TableID(rawValue: 18)
    /// (tenant, redeemer, redemption) → nothing; only for released ones.
    public static let redemptionsReleased = TableID(rawValue: 19)
    /// (tenant, hold) → hold.
    public static let holds = TableID(rawValue: 20)
    /// (tenant, expiry, hold) → nothing; only while held.
    public static let holdsLive = TableID(rawValue: 21)
    /// (tenant, code, block of 64 numbers) → which of them are holds.
    public static let holdsByCode = TableID(rawValue: 22)
    /// (tenant, campaign, block of 64 numbers) → which of them are holds.
    public static let holdsByCampaign = TableID(rawValue: 23)
    /// (tenant, hold or redemption) → JSON text.
    public static let metadata = TableID(rawValue: 24)
    /// (tenant, credential, SHA-256 of the key, part) → stored final answer.
    public static let idempotency = TableID(rawValue: 25)
    /// (tenant, creation, credential, SHA-256 of the key) → nothing.
    public static let idempotencyByTime = TableID(rawValue: 26)
    /// (tenant, SHA-256 of the e-mail) → number of pending invitations.
    public static let pendingInvitations = TableID(rawValue: 27)
    /// (tenant, referral) → referral.
    public static let referrals = TableID(rawValue: 28)
    /// (tenant, reward) → reward.
    public static let rewards = TableID(rawValue: 29)
    /// (tenant, account, kind, number) → a fact about a person among referrals and rewards.
    public static let referralAccounts = TableID(rawValue: 30)
    /// (tenant, campaign, block of 64 numbers) → which of them are referrals and rewards.
    public static let ledgerByCampaign = TableID(rawValue: 31)
    /// (tenant, campaign or 0, unit) → the sums of its rewards by state.
    public static let rewardTotals = TableID(rawValue: 32)
    /// (tenant, instant, reward) → nothing; only for rewards that the clock brings to another state.
    public static let rewardDeadlines = TableID(rawValue: 33)
    /// (tenant, campaign) → reward policy in the form that claims read.
    public static let rewardPolicies = TableID(rawValue: 34)
    /// (tenant, word) → unit, currency or family of campaigns.
    public static let rewardWords = TableID(rawValue: 35)

    /// All of them, described: the one list that everything follows from which concerns every table.
    static let records: [any Record.Type] = [
        SettingRecord.self,
        TenantRecord.self,
        TenantNameRecord.self,
        APIKeyRecord.self,
        APIKeyHashRecord.self,
        CampaignRecord.self,
        CampaignKeyRecord.self,
        DocumentRecord.self,
        CodeRecord.self,
        CodeTextRecord.self,
        CodesByCampaignRecord.self,
        CounterRecord.self,
        TallyRecord.self,
        RedemptionRecord.self,
        ClaimRecord.self,
        RedemptionsByCodeRecord.self,
        RedemptionsByCampaignRecord.self,
        ReleasedRecord.self,
        HoldRecord.self,
        LiveHoldRecord.self,
        HoldsByCodeRecord.self,
        HoldsByCampaignRecord.self,
        MetadataRecord.self,
        AnswerRecord.self,
        AnswerTimeRecord.self,
        PendingInvitationRecord.self,
        ReferralRecord.self,
        RewardRecord.self,
        ReferralAccountRecord.self,
        LedgerByCampaignRecord.self,
        RewardTotalsRecord.self,
        RewardDeadlineRecord.self,
        RewardPolicyRecord.self,
        RewardWordRecord.self,
    ]

    /// The tables in which a claim looks for records and nearly always finds none.
    public static let soughtInVain = [claims, redemptionsByCode, referralAccounts]

    /// Their definitions for the store.
    public static let all: [TableDefinition] = records.map { $0.definition }
}
