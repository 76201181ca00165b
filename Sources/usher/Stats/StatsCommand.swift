import ArgumentParser

/// The command `usher stats`.
struct StatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Figures of a tenant or a campaign: sums, by time, as a funnel, live.",
        discussion: """
            Every figure is exact at the position that is shown with it. Every node keeps metrics, but a primary that \
            runs with --no-metrics. (`usher metrics` maintains those of a stopped directory.)
            """,
        subcommands: [StatsSummary.self, StatsSeries.self, StatsFunnel.self, StatsLeaders.self, StatsLive.self])
}
