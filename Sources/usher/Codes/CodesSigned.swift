import ArgumentParser
import JSONText
import NIOCore
import NIOHTTP1

/// The command `usher codes signed`.
struct CodesSigned: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signed",
        abstract: "Make codes that carry their own terms and need no row before their first claim.",
        discussion: "Without --count one code is made and shown with its terms.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var creation: CreationOptions
    @OptionGroup var output: CodeOutputOptions
    @Option(help: "The number of codes, up to 1000000.") var count: Int?
    @Option(help: "Their campaign, by its key or id.") var campaign: String?
    @Option(help: "The places of each code; the server's default is 1.") var maxUses: Int?
    @Option(help: "The end of their validity: RFC 3339 or a date, which includes that day (UTC).") var expiresAt:
        String?

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            var fields = JSONObject()
            fields["campaign_id"] = try await client.campaignID(campaign).map { .number($0) }
            fields["max_uses"] = maxUses.map { .integer(Int64($0)) }
            fields["expires_at"] = expiresAt.map { .string($0) }
            let path = ListTable.codes.path + "/signed"
            guard count != nil || output.isAsked else {
                let answer = try await client.create(path, fields, under: creation)
                if output.json { return Terminal.write(answer.bytes + [0x0A]) }
                return RecordOptions.print(
                    answer.member("data"), APISchema.columns(of: "SignedCode"), showPersonal: false)
            }
            fields["count"] = .integer(Int64(count ?? 1))
            try await output.make(path, fields, under: creation, client)
        }
    }
}
