import ArgumentParser

/// The command `usher tenants`.
struct TenantsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenants",
        abstract: "Make and list tenants, who see nothing of each other; making needs a root key.",
        subcommands: [TenantsCreate.self, TenantsList.self])
}
