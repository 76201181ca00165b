/// A node that has not heard of this primary.
struct UntoldNode: Resource {
    var url: String
    var reason: String?

    static let schemaName = ""
    static let members: [Member<UntoldNode>] = [
        Member("url", "Its URL.") { $0.url },
        Member("reason", "The reason why the last attempt to tell it failed; null before that.") { $0.reason },
    ]
}
