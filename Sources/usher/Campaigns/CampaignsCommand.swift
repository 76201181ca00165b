import ArgumentParser

/// The command `usher campaigns`.
struct CampaignsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaigns", abstract: "Make, watch and steer campaigns on a server.",
        discussion: """
            A campaign gathers codes under one limit and one window of time, or gives out its places without codes \
            (type capacity). Name it by its key or its id.
            """,
        subcommands: [
            CampaignsCreate.self, CampaignsList.self, CampaignsShow.self, CampaignsUpdate.self, CampaignsPause.self,
            CampaignsResume.self, CampaignsEnd.self,
        ])
}
