import ArgumentParser

/// The command `usher claims`.
struct ClaimsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "claims", abstract: "See who has places, and give places back.",
        subcommands: [ClaimsList.self, ClaimsShow.self, ClaimsRelease.self])
}
