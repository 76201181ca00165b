import ArgumentParser

/// A command that prints a list of the API.
protocol ListCommand: AsyncParsableCommand {
    /// The list.
    static var list: ListTable { get }
    var client: ClientOptions { get }
    var output: ListOptions { get }
    var page: PageOptions { get }

    /// The filters of the query, by the names and values of the API.
    func filters(_ client: APIClient) async throws -> [(String, String?)]
}

extension ListCommand {
    func filters(_ client: APIClient) async throws -> [(String, String?)] { [] }

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            var printer = RowPrinter(Self.list, output.form)
            try await client.rows(Self.list.path, query: try await filters(client), limit: page.limit) { rows in
                printer.take(rows)
                return true
            }
            printer.end()
        }
    }
}
