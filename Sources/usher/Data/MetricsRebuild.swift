import ArgumentParser
import Engine
import Journal
import Projections
import Store

/// The command `usher metrics rebuild`.
struct MetricsRebuild: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild", abstract: "Compute the metrics and indexes of a stopped server's directory anew.",
        discussion: """
            From the codes, redemptions and holds. Needed when `usher verify` finds differences in them; a node that \
            has not kept metrics computes them by itself when it is next started without --no-metrics.
            """)

    @OptionGroup var directory: DirectoryOption
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        try reportingNow {
            let manifest = try directory.manifest()
            var configuration = EngineConfiguration(directory: directory.path)
            configuration.role = JournalRole(name: manifest.role) ?? .primary
            configuration.projections = [MetricsProjection()]
            configuration.rebuildsDerived = true
            let line = ProgressLine()
            let (engine, _) = try Engine.open(
                configuration, progress: { line.show(ProgressLine.text("replaying the journal", $0, $1)) },
                derivingProgress: { line.show(ProgressLine.text("computing \($0.title)", $1.done, $1.total)) },
                failed: { StorageFailure.stop($0) })
            let position = engine.position
            engine.close()
            line.clear()
            if json { return try Terminal.print(json: RebuildResult(data: directory.path, position: "\(position)")) }
            Terminal.print("The metrics and indexes of \(directory.path) are computed anew, at \(position).")
        }
    }
}
