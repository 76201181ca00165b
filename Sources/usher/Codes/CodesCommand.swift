import ArgumentParser

/// The command `usher codes`.
struct CodesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codes", abstract: "Make, take over and list codes on a server.",
        subcommands: [CodesGenerate.self, CodesImport.self, CodesExport.self])
}

/// How codes are printed.
enum CodeFormat: String, ExpressibleByArgument, CaseIterable {
    /// One code a line, nothing else.
    case text
    /// A table with a head.
    case csv
    /// A JSON object a line.
    case ndjson

    /// The media type to ask for; plain text is made of objects.
    var mediaType: String { self == .csv ? "text/csv" : "application/x-ndjson" }
}

/// Where the codes go and how.
struct CodeOutputOptions: ParsableArguments {
    @Option(help: "text (a code a line), csv or ndjson.")
    var format = CodeFormat.text

    @Flag(help: "The same as --format ndjson.")
    var json = false

    @Option(name: .shortAndLong, help: "Write to this file instead of standard output.", completion: .file())
    var output: String?

    /// The format asked for.
    var chosen: CodeFormat { json ? .ndjson : format }
}
