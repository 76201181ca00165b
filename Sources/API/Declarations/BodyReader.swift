import Domain
import JSONText
import Journal
import Wire

/// Reads the members of a JSON body by type and gathers all faults, so that one answer names all of them.
///
/// The same calls describe the members, each with its bounds, for the schema in the document. `null` and absent are the
/// same, except for ``patch(nullable:_:)``. An unknown member is an error, because a misspelt limit must never mean "no
/// limit". Of members with one name the last counts.
struct BodyReader {
    let object: JSONObject
    /// The rest of the request.
    let scope: RequestScope
    private(set) var errors = FieldErrors()
    /// The members read so far; nil in a reader that reads a request.
    private(set) var described: [BodyMember]?
    /// The names that were read.
    private var asked: [String] = []
    /// True if bounds are judged here, and not by the domain.
    private let judgesBounds: Bool

    /// More unknown members than this are not named.
    private static let unknownMax = 20

    init(object: JSONObject, scope: RequestScope, judgesBounds: Bool) {
        self.object = object
        self.scope = scope
        self.judgesBounds = judgesBounds
    }

    /// A reader of no request, which notes the members that are asked for.
    static func describing() -> BodyReader {
        var reader = BodyReader(object: JSONObject(), scope: .nobody, judgesBounds: false)
        reader.described = []
        return reader
    }

    // MARK: Faults

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

    /// Forgets the faults of a member that another one takes the place of.
    mutating func forgive(_ name: String) { errors[name] = nil }

    /// True if the body gives a member another value than null.
    func has(_ name: String) -> Bool { object[name].map { $0 != .null } ?? false }

    /// Says which member is given of several that exclude each other; none or more than one is a fault.
    mutating func oneOf(_ names: String...) -> String? {
        let given = names.filter { has($0) }
        let all = names.joined(separator: ", ")
        if given.isEmpty { fail(names[0], "One of \(all) is required.") }
        for name in given.dropFirst() { fail(name, "Must not be given together with \(given[0]).") }
        return given.first
    }

    // MARK: One member

    /// Takes the value of a member, or notes it for the schema: only for that its description is made.
    mutating func value(
        _ name: String, _ about: @autoclosure () -> String, isRequired: Bool = false,
        _ rules: @autoclosure () -> JSONTree
    ) -> JSONTree? {
        asked.append(name)
        if described != nil {
            described?.append(
                BodyMember(name: name, about: about(), rules: rules(), isRequired: isRequired, isNullable: !isRequired))
        }
        guard let value = object[name], value != .null else {
            if isRequired { fail(name, "Is required.") }
            return nil
        }
        return value
    }

    /// The change that a PATCH asks for the member that the closure reads.
    ///
    /// `nullable` is false for a member that null cannot take away; the domain refuses it.
    mutating func patch<Value>(
        nullable: Bool = true, _ read: (inout BodyReader) -> Value?
    ) -> Patch<Value> {
        let value = read(&self)
        if let last = described?.indices.last { described?[last].isNullable = nullable }
        guard let name = asked.last, object[name] != nil else { return .keep }
        return .set(value)
    }

    // MARK: Texts

    mutating func text(_ name: String, _ about: String = "", _ rule: TextRule = .any) -> String? {
        readText(name, about, rule, isRequired: false)
    }

    /// A text that must be there.
    mutating func requiredText(_ name: String, _ about: String = "", _ rule: TextRule = .any) -> String {
        readText(name, about, rule, isRequired: true) ?? ""
    }

    private mutating func readText(
        _ name: String, _ about: String, _ rule: TextRule, isRequired: Bool
    ) -> String? {
        guard let value = value(name, about, isRequired: isRequired, Schema.text(rule.schema)) else { return nil }
        guard let text = value.string else {
            fail(name, "Must be a string.")
            return nil
        }
        if judgesBounds, let fault = rule.fault(text) { fail(name, fault) }
        return text
    }

    /// A list of texts that must be there.
    mutating func requiredTexts(_ name: String, _ about: String, _ rule: TextRule = .any) -> [String] {
        texts(name, about, rule, isRequired: true)
    }

    /// A list of texts; empty where it is not there.
    mutating func texts(
        _ name: String, _ about: String, _ rule: TextRule = .any, isRequired: Bool = false
    ) -> [String] {
        let value = value(
            name, about, isRequired: isRequired, ["type": "array", "items": Schema.text(rule.schema)])
        guard let value else { return [] }
        let elements = value.array ?? []
        let texts = elements.compactMap(\.string)
        if value.array == nil || texts.count != elements.count {
            fail(name, "Must be a list of strings.")
        } else if judgesBounds, let fault = texts.lazy.compactMap(rule.fault).first {
            fail(name, fault)
        }
        return texts
    }

    mutating func time(_ name: String, _ edge: TimeText.DayEdge, _ about: String = "") -> Timestamp? {
        let day = edge == .start ? "the start" : "the end"
        guard
            let value = value(
                name, about + " RFC 3339, or a date, which means \(day) of that day (UTC).", Schema.text)
        else { return nil }
        guard let text = value.string else {
            fail(name, "Must be a string.")
            return nil
        }
        do throws(TimeText.Fault) {
            return try TimeText.parse(text, dateMeans: edge)
        } catch {
            fail(name, error.rule)
            return nil
        }
    }

    // MARK: Numbers and flags

    mutating func integer(
        _ name: String, _ about: String = "", in range: ClosedRange<Int64>? = nil, default standard: Int64? = nil
    ) -> Int64? {
        readInteger(name, about, range, standard, isRequired: false)
    }

    /// An integer that must be there.
    mutating func requiredInteger(_ name: String, _ about: String, in range: ClosedRange<Int64>? = nil) -> Int64 {
        readInteger(name, about, range, nil, isRequired: true) ?? range?.lowerBound ?? 0
    }

    private mutating func readInteger(
        _ name: String, _ about: String, _ range: ClosedRange<Int64>?, _ standard: Int64?, isRequired: Bool
    ) -> Int64? {
        let value = value(name, about, isRequired: isRequired, Schema.integer(in: range, default: standard))
        guard let value else { return nil }
        func outside(_ range: ClosedRange<Int64>) -> String {
            "Must be between \(range.lowerBound) and \(range.upperBound)."
        }
        guard case .integer(let number) = value else {
            // An integer of more than 64 bits is one, and beyond all bounds.
            let bounds = value.integerText == nil ? nil : range.map(outside)
            fail(name, bounds ?? "Must be an integer.")
            return nil
        }
        if judgesBounds, let range, !range.contains(number) {
            fail(name, outside(range))
            return nil
        }
        return number
    }

    // MARK: Things

    /// A JSON object, as text.
    ///
    /// `bytesMax` is the most bytes of the text, where they are judged here.
    mutating func json(_ name: String, _ about: String, bytesMax: Int? = nil) -> [UInt8]? {
        guard let value = value(name, about + (bytesMax.map { " At most \($0) bytes." } ?? ""), ["type": "object"])
        else { return nil }
        guard value.object != nil else {
            // An empty PHP array comes as a list.
            if bytesMax == nil, value == .array([]) { return Array("{}".utf8) }
            fail(name, "Must be an object.")
            return nil
        }
        let text = value.text
        guard bytesMax.map({ text.count <= $0 }) ?? true else {
            fail(name, "Must not have more than \(bytesMax ?? 0) bytes.")
            return nil
        }
        return text
    }

    private static let accountRules: JSONTree = [
        "type": ["string", "integer"], "minLength": 1, "maxLength": .integer(Int64(AccountID.lengthMax)),
    ]

    /// An account: text, or an integer that stands for its decimal text.
    mutating func account(_ name: String, _ about: String = "", isRequired: Bool = false) -> AccountID? {
        guard let value = value(name, about, isRequired: isRequired, BodyReader.accountRules) else { return nil }
        guard let text = value.string ?? value.integerText else {
            fail(name, "Must be a string or an integer.")
            return nil
        }
        if let account = AccountID(text) { return account }
        fail(name, AccountID.lengthRule)
        return nil
    }

    /// A list of ids of things; empty where it is not there.
    mutating func numbers(_ name: String, _ about: String) -> [EntityNumber] {
        guard let value = value(name, about, ["type": "array", "items": Schema.id]) else { return [] }
        let elements = value.array ?? []
        let numbers = elements.compactMap { element -> EntityNumber? in
            if case .integer(let id) = element, id > 0 { scope.ids.number(UInt64(id)) } else { nil }
        }
        if value.array == nil || numbers.count != elements.count { fail(name, "Must be a list of ids.") }
        return numbers
    }

    /// The id of a thing.
    mutating func number(_ name: String, _ about: String = "") -> EntityNumber? {
        guard let value = value(name, about, Schema.id) else { return nil }
        guard case .integer(let id) = value else {
            fail(name, "Must be an integer.")
            return nil
        }
        if id > 0, let number = scope.ids.number(UInt64(id)) { return number }
        fail(name, "Must be an id.")
        return nil
    }
}
