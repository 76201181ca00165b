import ArgumentParser

/// The command `usher keys list`.
struct KeysList: ListCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List keys, newest first.")
    static let list = ListTable.keys

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @OptionGroup var page: PageOptions
}
