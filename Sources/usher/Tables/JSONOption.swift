import ArgumentParser
import JSONText

/// A JSON object that is given as an argument.
struct JSONOption: ExpressibleByArgument {
    let tree: JSONTree

    init?(argument: String) {
        guard let tree = try? JSONTree.parse(Array(argument.utf8)), tree.object != nil else { return nil }
        self.tree = tree
    }
}
