import JSONText

/// A list of the API as a table: where it is, what its rows are, and the columns that people need.
struct ListTable: Sendable {
    /// The path of the list.
    let path: String
    /// The schema of its rows, as ``APISchema/columns(of:)`` takes it.
    let resource: String
    /// The names of the columns for people; `--csv` and `--json` have all.
    let columns: [String]

    static let campaigns = ListTable(
        path: APIClient.admin + "/campaigns", resource: "Campaign",
        columns: [
            "key", "name", "type", "status", "capacity_limit", "capacity_used", "capacity_held", "starts_at", "ends_at",
            "id",
        ])
    static let codes = ListTable(
        path: APIClient.admin + "/codes", resource: "Code",
        columns: [
            "code", "label", "code_kind", "state", "max_uses", "current_uses", "held", "issuer_id", "expires_at", "id",
        ])
    static let claims = ListTable(
        path: APIClient.admin + "/redemptions", resource: "AdminRedemption",
        columns: ["id", "redeemer_id", "quantity", "redeemed_at", "released_at", "code_id", "campaign_id"])
    static let holds = ListTable(
        path: APIClient.admin + "/holds", resource: "Hold",
        columns: ["id", "state", "redeemer_id", "quantity", "created_at", "expires_at", "code_id", "campaign_id"])
    /// A hold's redemption, as the surface of claims shows it.
    static let confirmed = ListTable(
        path: APIClient.user + "/holds", resource: "Redemption",
        columns: ["id", "redeemer_id", "quantity", "redeemed_at", "code_id", "campaign_id"])
    static let referrals = ListTable(
        path: APIClient.admin + "/referrals", resource: "Referral",
        columns: ["id", "status", "referrer_id", "referee_id", "depth", "attributed_at", "qualified_at", "campaign_id"])
    static let rewards = ListTable(
        path: APIClient.admin + "/rewards", resource: "Reward",
        columns: [
            "id", "state", "party", "beneficiary_id", "type", "amount", "unit", "trigger", "created_at", "referral_id",
        ])
    static let rewardSums = ListTable(
        path: APIClient.admin + "/rewards/sums", resource: "RewardSumsEnvelope.data.sums",
        columns: ["unit", "state", "count", "amount"])
    static let tenants = ListTable(
        path: APIClient.admin + "/tenants", resource: "Tenant", columns: ["id", "name", "created_at"])
    static let keys = ListTable(
        path: APIClient.admin + "/keys", resource: "Key",
        columns: ["id", "name", "scopes", "created_at", "expires_at", "revoked_at"])
    static let followers = ListTable(
        path: "/api/admin/replication", resource: "ReplicationEnvelope.data.followers",
        columns: ["node", "url", "position", "lag_sequences", "lag_bytes", "lag_seconds", "connected_seconds"])
    static let series = ListTable(
        path: APIClient.admin + "/metrics/timeseries", resource: "TimeseriesEnvelope.data.points",
        columns: ["start", "value"])
    /// The same for a zone, by whose clocks people read it.
    static let zonedSeries = ListTable(path: series.path, resource: series.resource, columns: ["local", "value"])
    static let funnel = ListTable(
        path: APIClient.admin + "/metrics/funnel", resource: "FunnelEnvelope.data.steps", columns: ["step", "count"])
    static let leaders = ListTable(
        path: APIClient.admin + "/metrics/leaderboard", resource: "LeaderboardEnvelope.data.leaders",
        columns: ["rank", "referrer_id", "redemptions", "places"])
    static let live = ListTable(
        path: APIClient.admin + "/metrics/live", resource: "MetricsEnvelope.data",
        columns: ["as_of", "redemptions", "places", "redemptions_released", "codes_claimed", "holds", "position"])
}
