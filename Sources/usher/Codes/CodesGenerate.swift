import ArgumentParser
import JSONText

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
            try await output.make(ListTable.codes.path, fields, under: creation, client)
        }
    }
}
