package import JSONText

/// The JSON schemas that others are put together from.
package enum Schema {
    package static let text: JSONTree = ["type": "string"]
    package static let number: JSONTree = ["type": "integer"]
    package static let flag: JSONTree = ["type": "boolean"]
    package static let id: JSONTree = ["type": "integer", "minimum": 1, "maximum": 9_007_199_254_740_991]
    package static let time: JSONTree = ["type": "string", "format": "date-time"]
    package static let day: JSONTree = ["type": ["string", "null"], "description": "RFC 3339, or a date."]
    package static let freeObject: JSONTree = ["type": ["object", "null"]]
    package static let account: JSONTree = ["type": ["string", "integer"]]

    package static func orNull(_ type: String) -> JSONTree { ["type": [.string(type), "null"]] }

    /// An object whose members are all there, except the named ones.
    package static func object(_ members: [(String, JSONTree)], optional: [String] = []) -> JSONTree {
        var properties = JSONObject()
        for (name, schema) in members { properties[name] = schema }
        let required = members.map(\.0).filter { !optional.contains($0) }
        var schema = JSONObject()
        schema["type"] = "object"
        schema["properties"] = .object(properties)
        if !required.isEmpty { schema["required"] = .array(required.map { .string($0) }) }
        return .object(schema)
    }

    /// An object of which only the named members must be there.
    ///
    /// Others are refused, except in the rows of an import.
    package static func request(
        _ members: [(String, JSONTree)], required: [String] = [], isStrict: Bool = true
    ) -> JSONTree {
        let schema = object(members, optional: members.map(\.0).filter { !required.contains($0) })
        guard isStrict, case .object(var strict) = schema else { return schema }
        strict["additionalProperties"] = false
        return .object(strict)
    }

    /// The schema of that name in the document.
    package static func reference(_ name: String) -> JSONTree { ["$ref": .string("#/components/schemas/\(name)")] }
}
