package import Store

/// The derived tables.
///
/// Their records are described byte by byte in `docs/formats/projections.md`.
package enum MetricsTables {
    /// (tenant, campaign, level, bucket) → figures.
    package static let figures = TableID(rawValue: 64)
    /// (tenant, campaign, level, root or node, bucket, digits) → a node of the bucket's tree of times-to-redeem.
    package static let waits = TableID(rawValue: 65)
    /// (tenant, campaign, issuer) → redemptions and places of others on the issuer's codes, and the newest of them.
    package static let issuers = TableID(rawValue: 66)
    /// (tenant, campaign, redemptions descending, the newest of them, issuer) → places.
    package static let issuersByRank = TableID(rawValue: 67)
    /// (tenant, campaign, issuer, level, bucket) → redemptions and places of others on the issuer's codes.
    package static let issuerTimes = TableID(rawValue: 70)

    package static let all: [TableDefinition] = [
        TableDefinition(figures, "metrics_figures"),
        TableDefinition(waits, "metrics_waits"),
        TableDefinition(issuers, "metrics_issuers"),
        TableDefinition(issuersByRank, "metrics_issuers_by_rank"),
        TableDefinition(issuerTimes, "metrics_issuer_times"),
    ]
}
