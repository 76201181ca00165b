import ArgumentParser

/// The server that has a thing, and the form in which the thing is shown.
struct ShowOptions: ParsableArguments {
    @OptionGroup var client: ClientOptions
    @OptionGroup var output: RecordOptions

    /// Shows a thing.
    ///
    /// - Parameters:
    ///   - resource: The schema of the thing, as ``APISchema/columns(of:)`` takes it.
    ///   - find: Asks for it.
    /// - Throws: `ExitCode` when it is not shown, with what went wrong on stderr.
    func show(as resource: String, _ find: (APIClient) async throws -> APIAnswer) async throws {
        try await reporting { output.print(try await find(client.makeClient()), as: resource) }
    }
}
