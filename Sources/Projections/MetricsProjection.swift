internal import Domain
public import Store

/// The metrics: figures by time, times-to-redeem and referrers, kept up to date while the store applies.
///
/// Open a store with it and ask ``Metrics``. Exact for every state, also after releases, re-claims and removals; see
/// `docs/formats/projections.md`.
public struct MetricsProjection: Projection {
    /// Makes the projection.
    public init() {}

    /// The id of the metrics among a store's projections.
    public var id: ProjectionID { .metrics }

    /// The word for it in reports.
    public var name: String { "metrics" }

    /// The noun phrase for it.
    public var title: String { "the metrics" }

    /// The version of the derived records.
    public var formatVersion: UInt32 { 2 }

    /// The derived tables.
    public var tables: [TableDefinition] { MetricsTables.all }

    /// The tables that the figures are made of.
    public var sources: TableSet {
        [
            Tables.settings, Tables.codes, Tables.counters, Tables.redemptions, Tables.holds, Tables.referrals,
            Tables.rewards,
        ]
    }

    /// Begins to follow one layer.
    public func makePass(over state: Snapshot) -> any ProjectionPass {
        MetricsPass(over: state)
    }
}

extension ProjectionID {
    /// The metrics.
    public static let metrics = ProjectionID(rawValue: 0)
}
