import ArgumentParser
import JSONText

/// The command `usher codes signed`.
struct CodesSigned: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signed",
        abstract: "Make a code that carries its own terms and needs no row before its first claim.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var creation: CreationOptions
    @OptionGroup var output: RecordOptions
    @Option(help: "Its campaign, by its key or id.") var campaign: String?
    @Option(help: "Its places; the server's default is 1.") var maxUses: Int?
    @Option(help: "The end of its validity: RFC 3339 or a date, which includes that day (UTC).") var expiresAt: String?

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            var fields = JSONObject()
            fields["campaign_id"] = try await client.campaignID(campaign).map { .number($0) }
            fields["max_uses"] = maxUses.map { .integer(Int64($0)) }
            fields["expires_at"] = expiresAt.map { .string($0) }
            let answer = try await client.create(ListTable.codes.path + "/signed", fields, under: creation)
            output.print(answer, as: "SignedCode")
        }
    }
}
