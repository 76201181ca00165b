internal import JSONText
internal import Journal

/// Gathers the faults of the fields of a request, so that the caller learns all of them at once: field name (dotted
/// when nested) → what to do, for people.
///
/// Names are bytes: `é` in one code point and in two are two names, each with its own messages.
public struct FieldErrors: Equatable, Sendable {
    private var messages: [ByteName: [String]] = [:]

    /// Nothing is wrong.
    public init() {}

    /// True if there is no fault.
    public var isEmpty: Bool { messages.isEmpty }

    /// The number of fields with a fault.
    public var count: Int { messages.count }

    /// The fields that something is wrong with, in the order of their bytes.
    public var names: [String] {
        messages.keys.map(\.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The messages about a field, in the order in which they were added; nil where nothing is wrong with it.
    public subscript(field: String) -> [String]? {
        get { messages[ByteName(field)] }
        set { messages[ByteName(field)] = newValue }
    }

    /// The first message, for reports with room for one.
    var first: String? {
        names.first.flatMap { name in self[name]?.first.map { "\(name): \($0)" } }
    }

    /// Adds a message about a field.
    public mutating func add(_ field: String, _ message: String) {
        messages[ByteName(field), default: []].append(message)
    }

    /// Adds what is wrong with a part of the request.
    mutating func add(_ others: FieldErrors) {
        messages.merge(others.messages) { $0 + $1 }
    }

    mutating func check(_ condition: Bool, _ field: String, _ message: @autoclosure () -> String) {
        if !condition { add(field, message()) }
    }

    /// A number of places, 1…2^53−1, as stored; nil stays nil.
    mutating func places(_ value: Int64?, _ field: String, max: Int64 = Capacity.limitMax) -> UInt64? {
        guard let value else { return nil }
        check((1...max).contains(value), field, "Must be between 1 and \(max).")
        return UInt64(clamping: value)
    }

    mutating func instant(_ value: Timestamp?, _ field: String) {
        guard let value else { return }
        check(Timestamp.storable.contains(value), field, "Must be between the years 1970 and 10889.")
    }

    /// Adds an error for each member that is not one of those names.
    mutating func checkNames(of members: JSONObject, among names: [String], path: String) {
        for (name, _) in members.members where !names.contains(where: name.hasBytes(of:)) {
            add("\(path).\(name)", UnknownName.message(for: name, among: names))
        }
    }

    func throwIfAny() throws(Rejection) {
        if !isEmpty { throw .invalidFields(self) }
    }
}

extension FieldErrors: ExpressibleByDictionaryLiteral {
    /// Fields, each once, with their messages.
    public init(dictionaryLiteral elements: (String, [String])...) {
        for (field, messages) in elements { self[field] = messages }
    }
}
