import ArgumentParser
import JSONText

/// The command `usher codes vanity`.
struct CodesVanity: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vanity", abstract: "Make a code with a text of your choice.",
        discussion: "Letters and digits count; case, spaces, hyphens and underscores do not.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var creation: CreationOptions
    @OptionGroup var output: RecordOptions
    @Argument(help: "The text.") var text: String
    @OptionGroup var terms: CodeTermsOptions

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            var fields = try await terms.fields(client)
            fields["code"] = .string(text)
            let answer = try await client.create(ListTable.codes.path + "/vanity", fields, under: creation)
            output.print(answer, as: ListTable.codes.resource)
        }
    }
}
