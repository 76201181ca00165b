import JSONText
import Wire

/// A thing that answers show: its members, each declared once.
///
/// JSON, the columns of CSV, the schema in the document, masks and what a stored answer may hold follow from
/// ``members``. Most resources are values of the domain that conform here, in the folder of their feature.
protocol Resource: SendableMetatype {
    associatedtype Value: Sendable = Self

    /// The name of its schema in the document; empty for one that is written out where it is used.
    static var schemaName: String { get }
    /// The name that its envelope and its pages have, and that a 404 says.
    static var noun: String { get }
    /// The members in their order.
    static var members: [Member<Value>] { get }
    /// Reads the version that `ETag` and `If-Match` compare; nil for a resource without one.
    static var tagVersion: (@Sendable (Value) -> String)? { get }
}

extension Resource {
    static var noun: String { schemaName }
    static var tagVersion: (@Sendable (Value) -> String)? { nil }

    /// Appends a value as JSON.
    static func write(_ value: Value, to writer: inout JSONWriter, _ showing: Showing) {
        var isFirst = true
        for member in members {
            if let isThere = member.isThere, !isThere(value) { continue }
            writer.raw(isFirst ? "{" : ",")
            isFirst = false
            writer.raw(member.key)
            member.show(value, to: &writer, showing)
        }
        writer.raw(isFirst ? "{}" : "}")
    }

    // MARK: Schema

    /// The schema of a value.
    static var schema: JSONTree {
        Schema.object(members.map { ($0.name, $0.schema) }, optional: members.filter(\.isOptional).map(\.name))
    }

    /// The schema where it is used: a reference, or all of it if it has no name.
    static var reference: JSONTree { schemaName.isEmpty ? schema : Schema.reference(schemaName) }

    /// The schemas of this resource and of those in it that have names.
    static var named: [(String, JSONTree)] {
        (schemaName.isEmpty ? [] : [(schemaName, schema)]) + members.flatMap(\.named)
    }

    /// The names of the members that are shown once.
    static var secrets: [String] { members.filter { $0.flags.contains(.secret) }.map(\.name) }
}
