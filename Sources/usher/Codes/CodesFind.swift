import ArgumentParser

/// The command `usher codes find`.
struct CodesFind: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "find", abstract: "Show a code: its terms, its state and how many places are taken.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: RecordOptions
    @Argument(help: "The code's text, in any spelling.") var code: String

    func run() async throws {
        try await reporting {
            let found = try await client.makeClient().code(code)
            output.print(APIAnswer(data: found), as: ListTable.codes.resource)
        }
    }
}
