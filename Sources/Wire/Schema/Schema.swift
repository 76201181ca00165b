package import JSONText

/// The JSON schemas that others are put together from.
package enum Schema {
    package static let text: JSONTree = ["type": "string"]
    package static let number: JSONTree = ["type": "integer"]
    package static let flag: JSONTree = ["type": "boolean"]
    /// The integers that every JSON reader keeps, from 1.
    package static let idRange: ClosedRange<Int64> = 1...(1 << 53 - 1)
    package static let id: JSONTree = integer(in: idRange)
    package static let time: JSONTree = ["type": "string", "format": "date-time"]
    package static let position: JSONTree = ["type": "string", "pattern": "^[0-9]+-[0-9]+$"]

    /// The same schema, and null beside it.
    package static func orNull(_ schema: JSONTree) -> JSONTree {
        guard var object = schema.object, let type = object["type"] else {
            return ["anyOf": [schema, ["type": "null"]]]
        }
        object["type"] = .array((type.array ?? [type]) + ["null"])
        if let words = object["enum"]?.array { object["enum"] = .array(words + [.null]) }
        return .object(object)
    }

    /// The same schema with a description.
    package static func described(_ schema: JSONTree, _ about: String) -> JSONTree {
        var object = schema.object ?? JSONObject()
        object["description"] = .string(about)
        return .object(object)
    }

    /// A text with more rules.
    package static func text(_ rules: JSONObject) -> JSONTree {
        var schema = rules
        schema["type"] = "string"
        return .object(schema)
    }

    /// An integer with bounds.
    package static func integer(in range: ClosedRange<Int64>?, default standard: Int64? = nil) -> JSONTree {
        var schema = JSONObject()
        schema["type"] = "integer"
        if let range {
            schema["minimum"] = .integer(range.lowerBound)
            schema["maximum"] = .integer(range.upperBound)
        }
        if let standard { schema["default"] = .integer(standard) }
        return .object(schema)
    }

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
