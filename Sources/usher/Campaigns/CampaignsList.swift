import ArgumentParser

/// The command `usher campaigns list`.
struct CampaignsList: ListCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List campaigns, newest first.")
    static let list = ListTable.campaigns

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @OptionGroup var page: PageOptions
}
