import JSONText

/// The state of a node, and of those that follow it, for people.
enum NodeReport {
    /// Prints the members of a node's state that are not hidden, a line each.
    static func show(_ node: JSONTree, as resource: String, _ hidden: Set<String>) {
        let columns = APISchema.columns(of: resource).filter { $0.path.first.map(hidden.contains) != true }
        RecordOptions.print(node, columns, showPersonal: false)
    }

    /// Prints a table of the nodes that follow a node.
    static func show(followersOf replication: JSONTree) {
        let followers = replication.object?["followers"]?.array ?? []
        Terminal.print(followers.isEmpty ? "\nno followers" : "\nfollowers")
        var printer = RowPrinter(.followers, .table(showPersonal: false))
        printer.take(followers)
    }
}
