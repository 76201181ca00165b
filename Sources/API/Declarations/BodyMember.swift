import JSONText
import Wire

/// A member of a body, as its reader declares it.
struct BodyMember: Sendable {
    let name: String
    /// The description, a sentence.
    let about: String
    /// The kind and the bounds of a value.
    let rules: JSONTree
    var isRequired: Bool
    /// True if null means that the member is not there, or takes away what is there.
    var isNullable: Bool

    /// The schema of the member.
    var schema: JSONTree {
        var schema = (isNullable ? Schema.orNull(rules) : rules).object ?? JSONObject()
        if !about.isEmpty { schema["description"] = .string(about) }
        return .object(schema)
    }
}
