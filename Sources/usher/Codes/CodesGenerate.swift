import ArgumentParser
import AsyncHTTPClient
import JSONText
import NIOCore
import NIOHTTP1

/// The command `usher codes generate`.
struct CodesGenerate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Make random codes: all of them or none.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var creation: CreationOptions
    @OptionGroup var output: CodeOutputOptions

    @Option(help: "The number of codes, up to 1000000.") var count = 1
    @Option(help: "Characters of a code.") var length: Int?
    @OptionGroup var terms: CodeTermsOptions

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            var fields = try await terms.fields(client)
            fields["count"] = .integer(Int64(count))
            fields["length"] = length.map { .integer(Int64($0)) }
            // The file is begun first: codes that were made and cannot be kept would be lost.
            var codes = try CodeOutput(output)
            let (key, body) = (creation.makeKey(), ByteBuffer(bytes: JSONTree.object(fields).text))
            try await client.repeating(under: key) {
                let response = try await client.send(
                    .POST, ListTable.codes.path,
                    .init(accept: output.chosen.mediaType, creation: key, isLong: true), body: .bytes(body))
                try await codes.copy(response, from: client)
            }
            if output.output != nil { Terminal.note("\(codes.codes) codes made.") }
        }
    }
}
