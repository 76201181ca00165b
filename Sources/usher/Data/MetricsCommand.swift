import ArgumentParser
import Engine
import Journal
import Store

/// The command `usher metrics`.
struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Maintain the metrics of a data directory.",
        subcommands: [MetricsRebuild.self])
}
