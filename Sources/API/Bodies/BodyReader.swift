import Domain
import JSONText
import Journal
import Wire

/// Reads the members of a JSON body by type and gathers all faults, so that one answer names all of them.
///
/// `null` and absent are the same, except for the `patch…` readers. The domain checks the values. An unknown member is
/// an error, because a misspelt limit must never mean "no limit". Of members with one name the last counts.
struct BodyReader {
    let object: JSONObject
    let ids: PublicIDs
    private(set) var errors = FieldErrors()
    /// The names that were read.
    private var asked: [String] = []

    /// More unknown members than this are not named.
    private static let unknownMax = 20

    init(object: JSONObject, ids: PublicIDs) {
        self.object = object
        self.ids = ids
    }

    /// Throws the faults gathered, unknown members included.
    ///
    /// - Precondition: Every member that the request may have was read before.
    mutating func check() throws(Problem) {
        for name in unknown.prefix(BodyReader.unknownMax) { fail(name, UnknownName.message(for: name, among: asked)) }
        try checkKnown()
    }

    /// Throws the faults of the members that were read.
    func checkKnown() throws(Problem) {
        if !errors.isEmpty { throw .invalid(errors) }
    }

    /// The unknown members.
    var unknown: [String] {
        object.members.map(\.name).filter { name in !asked.contains { $0.hasBytes(of: name) } }
    }

    mutating func fail(_ name: String, _ text: String) {
        errors.add(name, text)
    }

    private mutating func value(_ name: String) -> JSONTree? {
        asked.append(name)
        guard let value = object[name], value != .null else { return nil }
        return value
    }

    mutating func text(_ name: String) -> String? {
        guard let value = value(name) else { return nil }
        if let text = value.string { return text }
        fail(name, "Must be a string.")
        return nil
    }

    /// A text that must be there.
    mutating func requiredText(_ name: String) -> String {
        if let text = text(name) { return text }
        if errors[name] == nil { fail(name, "Is required.") }
        return ""
    }

    mutating func integer(_ name: String) -> Int64? {
        guard let value = value(name) else { return nil }
        if case .integer(let number) = value { return number }
        fail(name, "Must be an integer.")
        return nil
    }

    mutating func time(_ name: String, _ edge: TimeText.DayEdge) -> Timestamp? {
        guard let text = text(name) else { return nil }
        do throws(TimeText.Fault) {
            return try TimeText.parse(text, dateMeans: edge)
        } catch {
            fail(name, error.rule)
            return nil
        }
    }

    /// A JSON object, as text.
    mutating func json(_ name: String) -> [UInt8]? {
        guard let value = value(name) else { return nil }
        // An empty PHP array comes as a list.
        if value == .array([]) { return Array("{}".utf8) }
        if value.object != nil { return value.text }
        fail(name, "Must be an object.")
        return nil
    }

    /// An account: text, or an integer that stands for its decimal text.
    mutating func account(_ name: String) -> AccountID? {
        guard let value = value(name) else { return nil }
        guard let text = value.string ?? value.integerText else {
            fail(name, "Must be a string or an integer.")
            return nil
        }
        if let account = AccountID(text) { return account }
        fail(name, AccountID.lengthRule)
        return nil
    }

    /// The id of a thing.
    mutating func number(_ name: String) -> EntityNumber? {
        guard let id = integer(name) else { return nil }
        if id > 0, let number = ids.number(UInt64(id)) { return number }
        fail(name, "Must be an id.")
        return nil
    }

    /// A list of texts.
    mutating func texts(_ name: String) -> [String] {
        guard let elements = value(name)?.array else {
            fail(name, "Must be a list of strings.")
            return []
        }
        let texts = elements.compactMap(\.string)
        if texts.count != elements.count { fail(name, "Must be a list of strings.") }
        return texts
    }

    /// The change that a PATCH asks for a member.
    mutating func patch<Value>(_ name: String, _ read: (inout BodyReader) -> Value?) -> Patch<Value> {
        asked.append(name)
        guard object[name] != nil else { return .keep }
        return .set(read(&self))
    }

    /// The terms that codes made together share.
    mutating func codeTerms() -> CodeTerms {
        CodeTerms(
            campaign: number("campaign_id"), maxUses: integer("max_uses"), expiresAt: time("expires_at", .end),
            issuer: account("issuer_id"), grant: json("grant"), metadata: json("metadata"))
    }
}
