import JSONText
import Wire

/// A parameter in the path of an operation, by the name between its braces: the way in which a path names a thing.
enum PathParameter: String, CaseIterable {
    /// The id of a thing.
    case id
    /// The id of a thing, or its key.
    case idOrKey = "id_or_key"

    /// The schema of its text.
    var schema: JSONTree {
        switch self {
        case .id: Schema.id
        case .idOrKey: ["type": ["integer", "string"], "description": "The id or the key."]
        }
    }
}
