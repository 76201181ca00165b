import ArgumentParser
import Foundation
import NIOHTTP1

/// The command `usher stats series`.
struct StatsSeries: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "series", abstract: "Show one figure by minute, hour or day, in UTC or in a zone.",
        discussion: "Figures are redemptions, places, codes_issued, codes_claimed, holds, holds_confirmed and others.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @Argument(help: "The figure.") var figure: String
    @Option(help: "minute, hour or day.") var interval = "day"
    @Option(help: "The beginning: RFC 3339 or a date; by default an hour, a day or 30 days ago.") var from: String?
    @Option(help: "The end, which a date includes; now by default.") var to: String?
    @Option(help: "The zone whose days and hours they are, such as Europe/Berlin; UTC by default.") var tz: String?
    @Option(help: "Only this campaign, by its key or id.") var campaign: String?

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            let answer = try await client.document(
                .GET, ListTable.series.path,
                query: [
                    ("metric", figure), ("interval", interval), ("from", from ?? usualStart), ("to", to),
                    ("tz", tz), try await client.campaignParameter(campaign),
                ])
            output.print(answer, member: "points", as: tz == nil ? .series : .zonedSeries)
        }
    }

    private var usualStart: String {
        let seconds: Double = ["minute": 3600, "hour": 86_400][interval] ?? 30 * 86_400
        return Date(timeIntervalSinceNow: -seconds).formatted(.iso8601)
    }
}
