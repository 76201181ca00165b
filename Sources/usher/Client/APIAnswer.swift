import JSONText

/// A document that a server has answered with.
struct APIAnswer: Sendable {
    /// The document as it came.
    let bytes: [UInt8]
    let tree: JSONTree
    /// The version of what it shows, for `If-Match`.
    let tag: String?
    /// True if it is the answer to an earlier request with the same key.
    let isReplayed: Bool

    /// An answer that was put together here.
    init(data: JSONTree) {
        tree = ["data": data]
        bytes = tree.text
        tag = nil
        isReplayed = false
    }

    init(bytes: [UInt8], tree: JSONTree, tag: String?, isReplayed: Bool) {
        self.bytes = bytes
        self.tree = tree
        self.tag = tag
        self.isReplayed = isReplayed
    }

    /// A member, such as the `data` that all of the administration answers with.
    func member(_ name: String = "data") -> JSONTree { tree.object?[name] ?? .null }
}
