import Domain

/// A code that could be redeemed now.
struct ValidCode: Resource {
    var kind: CodeKind
    /// The places that are left under all limits; nil for no limit.
    var remaining: UInt64?

    static let schemaName = "ValidateAnswer"
    static let members: [Member<ValidCode>] = [
        Member("valid", "True.") { _ in true },
        Member("code_kind", "Where the text comes from.") { $0.kind },
        Member("remaining", "The places that are left under all limits; null for no limit.") { $0.remaining },
    ]
}
