package import Store

/// The derived tables.
///
/// Their records are described byte by byte in `docs/formats/projections.md`.
package enum MetricsTables {
    /// (tenant, campaign, level, bucket) → figures.
    package static let figures = TableID(rawValue: 64)
    /// (tenant, campaign, level, root or node, bucket, digits) → a node of the bucket's tree of times-to-redeem.
    package static let waits = TableID(rawValue: 65)
    /// (tenant, campaign, issuer) → redemptions and places of others on the issuer's codes.
    package static let issuers = TableID(rawValue: 66)
    /// (tenant, campaign, redemptions and places descending, issuer) → nothing.
    package static let issuersByRank = TableID(rawValue: 67)

    package static let all: [TableDefinition] = [
        TableDefinition(figures, "metrics_figures"),
        TableDefinition(waits, "metrics_waits"),
        TableDefinition(issuers, "metrics_issuers"),
        TableDefinition(issuersByRank, "metrics_issuers_by_rank"),
    ]
}
