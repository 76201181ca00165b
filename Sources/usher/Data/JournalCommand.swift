import ArgumentParser
import Engine
import Journal

/// The command `usher journal`.
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Look into the journal of a data directory.",
        subcommands: [JournalInspect.self])
}
