import ArgumentParser

/// The command `usher tenants list`.
struct TenantsList: ListCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the tenants that the key can see: all for a root key, else its own.")
    static let list = ListTable.tenants

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @OptionGroup var page: PageOptions
}
