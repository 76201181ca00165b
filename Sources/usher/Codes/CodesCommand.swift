import ArgumentParser

/// The command `usher codes`.
struct CodesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codes", abstract: "Make, take over and list codes on a server.",
        subcommands: [CodesGenerate.self, CodesImport.self, CodesExport.self])
}
