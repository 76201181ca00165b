import ArgumentParser
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// The command `usher codes generate`.
struct CodesGenerate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Make random codes: all of them or none.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: CodeOutputOptions

    @Option(help: "The number of codes, up to 1000000.") var count = 1
    @Option(help: "The id of their campaign.") var campaign: Int?
    @Option(help: "The number of times that each can be redeemed; the server's default is 1.") var maxUses: Int?
    @Option(help: "Characters of a code.") var length: Int?
    @Option(help: "The end of their validity: RFC 3339 or a date.") var expiresAt: String?
    @Option(help: "The account that refers others with them.") var issuer: String?

    func run() async throws {
        try await reporting {
            var fields: [String: Any] = ["count": count]
            fields["campaign_id"] = campaign
            fields["max_uses"] = maxUses
            fields["length"] = length
            fields["expires_at"] = expiresAt
            fields["issuer_id"] = issuer
            let client = try client.makeClient()
            // The file is begun first: codes that were made and cannot be kept would be lost.
            var codes = try CodeOutput(output)
            let body = ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: fields))
            let response = try await client.send(
                .POST, APIClient.admin + "/codes", accept: output.chosen.mediaType, body: .bytes(body))
            try await codes.copy(response, verb: "receiving")
            if output.output != nil { Terminal.note("\(codes.codes) codes made.") }
        }
    }
}
