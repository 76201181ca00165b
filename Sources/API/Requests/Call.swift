import Domain
import Engine
import HTTPTypes
import HummingbirdCore
import JSONText
import Journal
import NIOCore

/// A request as a route's handler sees it: authenticated, its body read unless it streams.
struct Call: Sendable {
    var api: API
    var request: Request
    /// The request's path in its one spelling.
    var path: String
    /// What the path's parameters are.
    var parameters: [String: String]
    /// The parameters of the query, all of which the route has.
    var query: [String: String]
    var access: Access
    /// The body; empty where the route streams it.
    var body: ByteBuffer

    var ids: PublicIDs { api.ids }
    var tenant: TenantNumber { access.tenant }

    /// A query parameter; nil when absent or empty.
    func query(_ name: String) -> String? {
        guard let value = query[name], !value.isEmpty else { return nil }
        return value
    }

    /// The number that the path names.
    func number(_ entity: String) throws(Problem) -> EntityNumber {
        guard let text = parameters["id"], let id = Call.digits(text), let number = ids.number(id) else {
            throw .notFound(entity)
        }
        return number
    }

    /// A number in the query that names a thing.
    func queryNumber(_ name: String) throws(Problem) -> EntityNumber? {
        guard let text = query(name) else { return nil }
        guard let id = Call.digits(text), let number = ids.number(id) else {
            throw .invalid(field: name, "Must be an id.")
        }
        return number
    }

    /// A word of a closed set in the query.
    func queryWord<Word>(_ name: String, _ read: (String) -> Word?) throws(Problem) -> Word? {
        guard let text = query(name) else { return nil }
        guard let word = read(text) else { throw .invalid(field: name, "Is not one of the known words.") }
        return word
    }

    /// A flag in the query: `true`, `false`, `1` or `0`; false when absent or empty.
    func queryFlag(_ name: String) throws(Problem) -> Bool {
        switch query(name) {
        case nil, "false", "0": return false
        case "true", "1": return true
        default: throw .invalid(field: name, "Must be true or false.")
        }
    }

    /// The body's members.
    func fields() throws(Problem) -> Fields {
        let tree: JSONTree
        do throws(JSONError) {
            tree = try JSONTree.parse(body)
        } catch {
            throw .malformed(error)
        }
        guard let object = tree.object else {
            throw .malformed(JSONError(reason: "expected an object", offset: 0))
        }
        return Fields(object: object, ids: ids)
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

    /// Whether the answer may come as that media type: named in `Accept`.
    func accepts(_ type: String) -> Bool {
        request.headers[.accept]?.lowercased().contains(type) ?? false
    }
}

/// Strong entity tags: `"<epoch>.<version>~<hash of the body>"`.
///
/// The version is what a change is compared with; the hash tells apart what changes without one, such as a code that
/// expires; the epoch tells apart equal versions of two histories.
enum EntityTag {
    static func make(version: String, body: ByteBuffer) -> String {
        "\"\(version)~\(hash(body))\""
    }

    static func make(body: ByteBuffer) -> String {
        "\"\(hash(body))\""
    }

    /// The tag of an answer in an epoch.
    static func add(epoch: UInt64, to tag: String) -> String { "\"\(epoch).\(bareTag(tag))\"" }

    /// The version inside a tag of that epoch; of another epoch's tag one that nothing has.
    static func version(of tag: some StringProtocol, in epoch: UInt64) -> String {
        let bare = bareTag(tag)
        if bare == "*" { return bare }
        let prefix = "\(epoch)."
        guard bare.hasPrefix(prefix) else { return "of another epoch" }
        return String(bare.dropFirst(prefix.count).prefix { $0 != "~" })
    }

    /// Whether an `If-None-Match` field names the tag.
    static func matches(_ field: String, _ tag: String) -> Bool {
        field.split(separator: ",").contains { bareTag($0) == "*" || bareTag($0) == bareTag(tag) }
    }

    private static func bareTag(_ tag: some StringProtocol) -> String {
        var text = String(tag).trimmingPrefix { $0 == " " }
        if text.hasPrefix("W/") { text = text.dropFirst(2) }
        while text.last == " " { text = text.dropLast() }
        if text.count >= 2, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
        return String(text)
    }

    private static func hash(_ body: ByteBuffer) -> String {
        Base64URL.encode(SHA256Prefix.of(body))
    }
}
