import ArgumentParser

/// The command `usher codes find`.
struct CodesFind: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "find", abstract: "Show a code: its terms, its state and how many places are taken.")

    @OptionGroup var server: ShowOptions
    @Argument(help: "The code's text, in any spelling.") var code: String

    func run() async throws {
        try await server.show(as: ListTable.codes.resource) { APIAnswer(data: try await $0.code(code)) }
    }
}
