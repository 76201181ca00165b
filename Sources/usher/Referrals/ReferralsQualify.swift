import ArgumentParser
import JSONText
import NIOHTTP1

/// The command `usher referrals qualify`.
struct ReferralsQualify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "qualify", abstract: "Say that those who were brought are customers; rewards are granted.",
        discussion: "Doing it again changes nothing. A referral whose redemption was released before is refused.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @Argument(help: "The ids of the referrals.") var ids: [Int]

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            try await ManyThings(list: .referrals, form: output.form).run(ids.map(String.init)) { id in
                let answer = try await client.change(.POST, ListTable.referrals.path + "/\(id)/qualify").member()
                return answer.object?["referral"] ?? .null
            }
        }
    }
}
