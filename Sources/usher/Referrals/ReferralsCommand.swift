import ArgumentParser

/// The command `usher referrals`.
struct ReferralsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "referrals", abstract: "See who brought whom, and say that somebody is a customer.",
        subcommands: [ReferralsList.self, ReferralsShow.self, ReferralsQualify.self])
}
