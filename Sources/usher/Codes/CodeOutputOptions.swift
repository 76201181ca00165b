import ArgumentParser
import AsyncHTTPClient
import JSONText
import NIOCore
import NIOHTTP1

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

    /// True if a stream of codes is asked for, and not one that is shown with its terms.
    var isAsked: Bool { format != nil || csv || output != nil }

    /// Makes codes under a key and passes them on.
    func make(
        _ path: String, _ fields: JSONObject, under creation: CreationOptions, _ client: APIClient
    ) async throws {
        // The file is begun first: codes that were made and cannot be kept would be lost.
        var codes = try CodeOutput(self)
        let (key, body) = (creation.makeKey(), ByteBuffer(bytes: JSONTree.object(fields).text))
        try await client.repeating(under: key) {
            let response = try await client.send(
                .POST, path, .init(accept: chosen.mediaType, creation: key, isLong: true), body: .bytes(body))
            try await codes.copy(response, from: client)
        }
        if output != nil { Terminal.note("\(codes.codes) codes made.") }
    }
}
