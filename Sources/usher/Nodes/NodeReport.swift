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
        for node in (replication.object?["lost_followers"]?.array ?? []).compactMap(\.object) {
            let url = node["url"]?.string.map { " (\($0))" } ?? ""
            Terminal.print("lost: \(node["node"]?.string ?? "")\(url), at \(node["position"]?.string ?? "?")")
        }
        for node in (replication.object?["untold_nodes"]?.array ?? []).compactMap(\.object) {
            let reason = node["reason"]?.string.map { ": \($0)" } ?? ""
            Terminal.print("has not heard of this primary: \(node["url"]?.string ?? "")\(reason)")
        }
        let required = replication.object?["sync_replicas"]?.integerText.flatMap { Int($0) } ?? 0
        if followers.count < required, replication.object?["role"]?.string == "primary" {
            Terminal.note(
                "Warning: \(required) followers must have a claim before it is acknowledged, and \(followers.count) follow: "
                    + "claims are answered 503 until there are enough, or until --sync-replicas says fewer.")
        }
    }
}
