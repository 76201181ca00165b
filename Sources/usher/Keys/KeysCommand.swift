import ArgumentParser

/// The command `usher keys`.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Make, list and revoke API keys on a server; needs a root key.",
        subcommands: [KeysCreate.self, KeysList.self, KeysRevoke.self])
}
