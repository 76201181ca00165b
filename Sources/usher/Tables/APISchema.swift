import API
import Engine
import JSONText

/// The API's description of what it shows: the source of the columns, of their kinds and of what tells of people.
enum APISchema {
    private static let schemas =
        OpenAPI.document(version: UsherVersion.current).object?["components"]?.object?["schemas"]?.object
        ?? JSONObject()

    /// All columns of a resource; those of an object inside it have both names.
    ///
    /// A resource is the name of a schema, or the way from one to a member: `FunnelEnvelope.data.steps`.
    ///
    /// - Precondition: the API describes it.
    static func columns(of resource: String) -> [Column] {
        let columns = columns(of: find(resource), path: [])
        precondition(!columns.isEmpty, "a table shows what the API describes: \(resource)")
        return columns
    }

    /// Columns of a resource by their names.
    ///
    /// - Precondition: the API describes each.
    static func columns(_ names: [String], of resource: String) -> [Column] {
        let all = columns(of: resource)
        return names.map { name in
            guard let column = all.first(where: { $0.name == name }) else {
                preconditionFailure("a column is a member: \(name) of \(resource)")
            }
            return column
        }
    }

    private static func columns(of schema: JSONObject, path: [String]) -> [Column] {
        (schema["properties"]?.object?.members ?? []).flatMap { member in
            let (schema, path) = (resolved(member.value), path + [member.name])
            guard schema["properties"] == nil else { return columns(of: schema, path: path) }
            return [Column(path: path, kind: kind(of: schema), isPersonal: schema["x-usher-personal"] == true)]
        }
    }

    private static func kind(of schema: JSONObject) -> Column.Kind {
        if schema["format"] == "date-time" { return .time }
        let types = schema["type"]?.array ?? [schema["type"] ?? .null]
        if types.contains("integer") || types.contains("number") { return .number }
        return types.contains("object") || types.contains("array") ? .json : .text
    }

    private static func find(_ path: String) -> JSONObject {
        let names = path.split(separator: ".").map(String.init)
        let start = resolved(schemas[names[0]] ?? .null)
        return names.dropFirst().reduce(start) { schema, name in
            let member = resolved(schema["properties"]?.object?[name] ?? .null)
            return member["items"].map(resolved) ?? member
        }
    }

    /// The schema behind a reference, and the one that is not null where there is a choice.
    private static func resolved(_ schema: JSONTree) -> JSONObject {
        guard let object = schema.object else { return JSONObject() }
        if let name = object["$ref"]?.string?.split(separator: "/").last {
            return resolved(schemas[String(name)] ?? .null)
        }
        let choice = object["anyOf"]?.array?.first { $0.object?["type"] != "null" }
        return choice.map(resolved) ?? object
    }
}
