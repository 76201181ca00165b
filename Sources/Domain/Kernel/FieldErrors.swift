internal import JSONText
internal import Journal

/// Gathers what is wrong with the fields of a command, so that the caller learns all of it at once.
struct FieldErrors {
    private(set) var messages: [String: [String]] = [:]

    var isEmpty: Bool { messages.isEmpty }

    /// The first message, for reports with room for one.
    var first: String? {
        messages.min { $0.key < $1.key }.flatMap { entry in entry.value.first.map { "\(entry.key): \($0)" } }
    }

    mutating func add(_ field: String, _ message: String) {
        messages[field, default: []].append(message)
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
        if !isEmpty { throw .invalidFields(messages) }
    }
}
