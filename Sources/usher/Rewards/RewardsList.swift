import ArgumentParser

/// The command `usher rewards list`.
struct RewardsList: ListCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List rewards, newest first.")
    static let list = ListTable.rewards

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @OptionGroup var page: PageOptions
    @OptionGroup var filter: RewardsFilter

    func filters(_ client: APIClient) async throws -> [(String, String?)] { try await filter.parameters(client) }
}
