import ArgumentParser

/// The command `usher holds`.
struct HoldsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holds", abstract: "See places that are held for a while, confirm, extend and release them.",
        subcommands: [HoldsList.self, HoldsConfirm.self, HoldsExtend.self, HoldsRelease.self])
}
