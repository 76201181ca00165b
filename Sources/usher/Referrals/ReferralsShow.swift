import ArgumentParser
import NIOHTTP1

/// The command `usher referrals show`.
struct ReferralsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a referral.",
        discussion: "Its rewards are listed by `usher rewards list --referral`.")

    @OptionGroup var server: ShowOptions
    @Argument(help: "The id of the referral.") var id: Int

    func run() async throws {
        try await server.show(as: "Referral") { try await $0.document(.GET, ListTable.referrals.path + "/\(id)") }
    }
}
