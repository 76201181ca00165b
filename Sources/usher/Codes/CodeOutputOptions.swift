import ArgumentParser

/// The file and the format for codes.
struct CodeOutputOptions: ParsableArguments {
    @Option(help: "text (a code a line), csv, ndjson (an object a line) or json (one document); text by default.")
    var format: CodeFormat?

    @Flag(help: "The same as --format json.") var json = false
    @Flag(help: "The same as --format csv.") var csv = false

    @Option(name: .shortAndLong, help: "Write to this file instead of standard output.", completion: .file())
    var output: String?

    func validate() throws {
        guard [format != nil, json, csv].count(where: { $0 }) <= 1 else {
            throw ValidationError("--format, --json and --csv exclude each other.")
        }
    }

    /// The format asked for.
    var chosen: CodeFormat { json ? .json : csv ? .csv : format ?? .text }
}
