import JSONText
import Wire

/// A body that operations read: its members are declared where they are read, each once.
///
/// The reader, the schema in the document and `docs/limits.md` follow from ``read(_:)``. Most bodies are commands of the
/// domain that conform here, in the folder of their feature.
protocol RequestBody: SendableMetatype {
    associatedtype Value: Sendable = Self

    /// The name of its schema in the document.
    static var schemaName: String { get }
    /// True if the domain judges the bounds itself, so that one answer names all faults of its command.
    static var isJudgedByDomain: Bool { get }
    /// True if unknown members are refused.
    static var isStrict: Bool { get }

    /// Reads the value; faults are gathered in the reader, and the value is not used where there are any.
    ///
    /// - Returns: the value; nil only where there are faults.
    /// - Precondition: every member is read in every call, whatever the others say: the schema is made of one call.
    static func read(_ body: inout BodyReader) -> Value?
}

extension RequestBody {
    static var isJudgedByDomain: Bool { false }
    static var isStrict: Bool { true }

    /// Reads the value of a request.
    ///
    /// - Throws: 422 with all faults.
    static func value(of object: JSONObject, _ scope: RequestScope) throws(Problem) -> Value {
        var reader = BodyReader(object: object, scope: scope, judgesBounds: !isJudgedByDomain)
        let value = read(&reader)
        try reader.check()
        guard let value else { throw .internalError() }
        return value
    }

    /// The members, in the order in which they are read.
    static var members: [BodyMember] {
        var reader = BodyReader.describing()
        _ = read(&reader)
        return reader.described ?? []
    }

    /// The schema of the body.
    static var schema: JSONTree {
        let members = members
        return Schema.request(
            members.map { ($0.name, $0.schema) }, required: members.filter(\.isRequired).map(\.name),
            isStrict: isStrict)
    }
}
