import Domain
import Engine
import HTTPTypes
import JSONText
import Journal
import NIOCore
import Wire

/// A request as an operation's work gets it: authenticated, its body read unless it streams.
package struct Call: Sendable {
    var api: NodeServices
    var request: IncomingRequest
    /// The target of the request line.
    var target: RequestTarget
    /// The request's path in its one spelling.
    var path: String
    /// The values of the path's parameters.
    var parameters: [String: String]
    /// The parameters of the query, all of which the route has.
    var query: [String: String]
    var access: Access
    /// The body; empty where the route streams it.
    var body: ByteBuffer

    var ids: PublicIDs { api.ids }
    var tenant: TenantNumber { access.tenant }

    /// A query parameter; nil when absent.
    ///
    /// An empty one has been refused.
    func query(_ name: String) -> String? { query[name] }

    /// The number and the key that the path's text can mean; neither where the path names nothing.
    ///
    /// - Throws: 404 where the text is none that a thing can have.
    func thing(_ entity: String) throws(Problem) -> (number: EntityNumber?, key: String?) {
        func number(_ text: String) -> EntityNumber? { Call.digits(text).flatMap { ids.number($0) } }
        if let text = parameters[PathParameter.idOrKey.rawValue] { return (number(text), text) }
        guard let text = parameters[PathParameter.id.rawValue] else { return (nil, nil) }
        guard let number = number(text) else { throw .notFound(entity) }
        return (number, nil)
    }

    /// A number in the query that names a thing.
    func queryNumber(_ name: String) throws(Problem) -> EntityNumber? {
        guard let text = query(name) else { return nil }
        guard let id = Call.digits(text), let number = ids.number(id) else {
            throw .invalid(field: name, "Must be an id.")
        }
        return number
    }

    /// An account in the query.
    func queryAccount(_ name: String) throws(Problem) -> AccountID? {
        guard let text = query(name) else { return nil }
        guard let account = AccountID(text) else { throw .invalid(field: name, AccountID.lengthRule) }
        return account
    }

    /// A word of a closed set in the query.
    func queryWord<Word: WireWord>(_ name: String) throws(Problem) -> Word? {
        guard let text = query(name) else { return nil }
        guard let word = Word(word: text) else {
            let words = Word.allCases.map(\.word).joined(separator: ", ")
            throw .invalid(field: name, "Must be one of: \(words).")
        }
        return word
    }

    /// A flag in the query: `true`, `false`, `1` or `0`; false when absent.
    func queryFlag(_ name: String) throws(Problem) -> Bool {
        switch query(name) {
        case nil, "false", "0": return false
        case "true", "1": return true
        default: throw .invalid(field: name, "Must be true or false.")
        }
    }

    /// Reads the body of an operation on the things of that noun.
    ///
    /// - Throws: 404 where the path names nothing that there can be, and 422 with all faults of the body.
    func read<B: RequestBody>(_ body: B.Type, about noun: String = "") throws(Problem) -> B.Value {
        let scope = try RequestScope(self, noun: noun)
        return try B.value(of: try object(), scope)
    }

    /// The body's members.
    private func object() throws(Problem) -> JSONObject {
        let tree: JSONTree
        do throws(JSONError) {
            tree = try JSONTree.parse(body)
        } catch {
            throw .malformed(error)
        }
        guard let object = tree.object else {
            throw .malformed(JSONError(reason: "expected an object", offset: 0))
        }
        return object
    }

    /// Plain decimal digits: what ids are made of.
    static func digits(_ text: String) -> UInt64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else { return nil }
        return UInt64(text)
    }

    // MARK: Conditions

    /// The versions that `If-Match` names; nil without the field or for `*`.
    var expectedVersions: [String]? {
        guard let field = request.headers[.ifMatch] else { return nil }
        let epoch = api.engine.standing.epoch
        let tags = field.split(separator: ",").map { EntityTag.version(of: $0, in: epoch) }
        return tags.contains("*") ? nil : tags
    }

    /// True if the answer may come as that media type: named in `Accept`.
    func accepts(_ type: String) -> Bool {
        request.headers[.accept]?.lowercased().contains(type) ?? false
    }
}
