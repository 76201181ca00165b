import ArgumentParser

/// The command `usher codes`.
struct CodesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codes", abstract: "Make, take over, find, raise and revoke codes on a server.",
        discussion: """
            A code is named by its text, in any spelling: welcome-2027 is WELCOME2027.
            """,
        subcommands: [
            CodesGenerate.self, CodesVanity.self, CodesSigned.self, CodesImport.self, CodesExport.self, CodesFind.self,
            CodesRaise.self, CodesRevoke.self,
        ])
}
