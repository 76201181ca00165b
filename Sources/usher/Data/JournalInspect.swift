import ArgumentParser
import Engine
import Journal

/// The command `usher journal inspect`.
struct JournalInspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show segments, frames and, if asked, the effects in them.",
        discussion: """
            Changes nothing. Effects are shown as table, kind and lengths: keys and values are personal data and stay \
            unseen. Events are shown with what happened to which thing, who acted, and no more.
            """)

    @OptionGroup var directory: DirectoryOption
    @Option(help: "Begin with the frame that contains this sequence.") var from: UInt64 = 0
    @Option(help: "The most frames to show.") var limit = 20
    @Flag(help: "Also show the effects of each frame.") var effects = false
    @Flag(help: "Also show the events of each frame.") var events = false
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        try reportingNow {
            guard limit >= 0 else { throw CommandFailure("--limit must not be negative.", code: Exit.usage) }
            let role: JournalRole = try directory.manifest().role == "replica" ? .replica : .primary
            let view = try JournalView(dataDirectory: directory.path, role: role)
            let result = try JournalResult(view, from: from, limit: limit, effects: effects, events: events)
            if json { try Terminal.print(json: result) } else { result.print() }
        }
    }
}
