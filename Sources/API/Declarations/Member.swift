import JSONText
import Wire

/// A member of a resource, declared once: JSON, CSV, the schema, masks and what may be stored follow from it.
struct Member<Whole: Sendable>: Sendable {
    let name: String
    let flags: MemberFlags
    /// The schema of its value, with its description.
    let schema: JSONTree
    /// The schemas that ``schema`` refers to.
    let named: [(String, JSONTree)]
    /// True if it is left out where there is nothing to say.
    let isOptional: Bool
    /// The name in quotes and the colon.
    let key: [UInt8]
    /// True if it has a value; nil for a member that always has one.
    let isThere: (@Sendable (Whole) -> Bool)?
    let write: @Sendable (Whole, inout JSONWriter, Showing) -> Void
    let writeCell: @Sendable (Whole, inout JSONWriter, Showing) -> Void

    /// Declares a member that every value has; one whose getter is optional can be null.
    ///
    /// - Parameters:
    ///   - name: The name on the wire.
    ///   - about: The description, a sentence.
    ///   - flags: The care that it needs.
    ///   - rules: More rules of its schema: bounds, a pattern, a format.
    ///   - get: Takes the value out of the whole.
    init<Value: MemberValue>(
        _ name: String, _ about: String, _ flags: MemberFlags = [], rules: JSONTree = [:],
        _ get: @escaping @Sendable (Whole) -> Value
    ) {
        self.init(
            name, about, flags, rules, Value.self, isThere: nil,
            write: { get($0).write(to: &$1, $2) }, writeCell: { get($0).writeCell(to: &$1, $2) })
    }

    /// Declares a member that is left out where the getter gives nil.
    static func optional<Value: MemberValue>(
        _ name: String, _ about: String, _ flags: MemberFlags = [], rules: JSONTree = [:],
        _ get: @escaping @Sendable (Whole) -> Value?
    ) -> Member {
        Member(
            name, about, flags, rules, Value.self, isThere: { get($0) != nil },
            write: { get($0).write(to: &$1, $2) }, writeCell: { get($0).writeCell(to: &$1, $2) })
    }

    private init<Value: MemberValue>(
        _ name: String, _ about: String, _ flags: MemberFlags, _ rules: JSONTree, _ kind: Value.Type,
        isThere: (@Sendable (Whole) -> Bool)?,
        write: @escaping @Sendable (Whole, inout JSONWriter, Showing) -> Void,
        writeCell: @escaping @Sendable (Whole, inout JSONWriter, Showing) -> Void
    ) {
        self.name = name
        self.flags = flags
        isOptional = isThere != nil
        self.isThere = isThere
        self.write = write
        self.writeCell = writeCell
        key = Array("\"\(name)\":".utf8)
        named = Value.named
        let own = flags.contains(.secret) ? Schema.orNull(Value.schema) : Value.schema
        var schema = own.object ?? JSONObject()
        for (keyword, rule) in rules.object?.members ?? [] { schema[keyword] = rule }
        schema["description"] = .string(about)
        if flags.contains(.secret) { schema["x-usher-secret"] = true }
        if flags.contains(.personal) { schema["x-usher-personal"] = true }
        self.schema = .object(schema)
    }

    /// Appends the value as JSON, or what stands for it where it must not be shown.
    func show(_ whole: Whole, to writer: inout JSONWriter, _ showing: Showing) {
        if flags.isEmpty || showing.extent == .whole { return write(whole, &writer, showing) }
        if flags.contains(.secret) { return writer.raw("null") }
        if showing.extent == .masked { return writer.string(Showing.mask) }
        write(whole, &writer, showing)
    }

    /// Appends the value as a cell of CSV, or what stands for it where it must not be shown.
    func showCell(_ whole: Whole, to writer: inout JSONWriter, _ showing: Showing) {
        if flags.isEmpty || showing.extent == .whole { return writeCell(whole, &writer, showing) }
        if flags.contains(.secret) { return }
        if showing.extent == .masked { return writer.cell(Showing.mask) }
        writeCell(whole, &writer, showing)
    }

    /// The same member of something that has the whole inside.
    func of<Outer: Sendable>(_ inner: @escaping @Sendable (Outer) -> Whole) -> Member<Outer> {
        let (isThere, write, writeCell) = (isThere, write, writeCell)
        var isThereOutside: (@Sendable (Outer) -> Bool)?
        if let isThere { isThereOutside = { isThere(inner($0)) } }
        return Member<Outer>(
            name: name, flags: flags, schema: schema, named: named, isOptional: isOptional, key: key,
            isThere: isThereOutside, write: { write(inner($0), &$1, $2) }, writeCell: { writeCell(inner($0), &$1, $2) })
    }

    fileprivate init(
        name: String, flags: MemberFlags, schema: JSONTree, named: [(String, JSONTree)], isOptional: Bool, key: [UInt8],
        isThere: (@Sendable (Whole) -> Bool)?,
        write: @escaping @Sendable (Whole, inout JSONWriter, Showing) -> Void,
        writeCell: @escaping @Sendable (Whole, inout JSONWriter, Showing) -> Void
    ) {
        self.name = name
        self.flags = flags
        self.schema = schema
        self.named = named
        self.isOptional = isOptional
        self.key = key
        self.isThere = isThere
        self.write = write
        self.writeCell = writeCell
    }
}
