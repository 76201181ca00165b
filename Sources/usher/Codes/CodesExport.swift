import ArgumentParser
import AsyncHTTPClient
import Domain
import NIOCore
import NIOHTTP1

/// The command `usher codes export`.
struct CodesExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "List codes, newest first.",
        discussion: """
            A spreadsheet takes no cell of --csv for a formula: a text that begins with =, +, -, @, a tab or CR gets an \
            apostrophe before it.
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: CodeOutputOptions

    @Option(help: "Only codes of this campaign, by its key or id.") var campaign: String?
    @Option(help: "Only codes in this state: \(CodeState.allCases.map(\.word).joined(separator: ", ")).")
    var state: String?

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            let campaign = try await client.campaignID(campaign)
            var codes = try CodeOutput(output)
            let response = try await client.send(
                .GET, ListTable.codes.path + "/export", query: [("campaign_id", campaign), ("state", state)],
                .init(accept: output.chosen.mediaType, isLong: true))
            try await codes.copy(response, from: client)
            if output.output != nil { Terminal.note("\(codes.codes) codes exported.") }
        }
    }
}
