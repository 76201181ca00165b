import ArgumentParser

/// The file and the format for codes.
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
