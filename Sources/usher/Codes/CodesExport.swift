import ArgumentParser
import AsyncHTTPClient
import Domain
import NIOCore
import NIOHTTP1

/// The command `usher codes export`.
struct CodesExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "List all codes, newest first.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: CodeOutputOptions

    @Option(help: "Only codes of the campaign with this id.") var campaign: Int?
    @Option(help: "Only codes in this state: \(CodeState.allCases.map(\.word).joined(separator: ", ")).")
    var state: String?

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            var codes = try CodeOutput(output)
            let response = try await client.send(
                .GET, APIClient.admin + "/codes/export",
                query: [("campaign_id", campaign.map { String($0) }), ("state", state)],
                accept: output.chosen.mediaType)
            try await codes.copy(response, verb: "receiving")
            if output.output != nil { Terminal.note("\(codes.codes) codes exported.") }
        }
    }
}
