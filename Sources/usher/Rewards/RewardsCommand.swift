import ArgumentParser

/// The command `usher rewards`.
struct RewardsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rewards", abstract: "See the ledger of rewards, confirm and reverse them, add them up.",
        subcommands: [
            RewardsList.self, RewardsConfirm.self, RewardsReverse.self, RewardsSums.self, RewardsExport.self,
        ])
}
