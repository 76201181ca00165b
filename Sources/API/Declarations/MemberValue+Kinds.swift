import Domain
import JSONText
import Journal
import Wire

extension MemberValue where Self: FixedWidthInteger {
    static var schema: JSONTree { Schema.number }
    func write(to writer: inout JSONWriter, _ showing: Showing) { writer.integer(self) }
}

extension Int: MemberValue {}
extension Int64: MemberValue {}
extension UInt32: MemberValue {}
extension UInt64: MemberValue {}

extension Bool: MemberValue {
    static var schema: JSONTree { Schema.flag }
    func write(to writer: inout JSONWriter, _ showing: Showing) { writer.bool(self) }
}

/// A ratio of two counts, with its decimals.
extension Double: MemberValue {
    static var schema: JSONTree { ["type": "number"] }
    func write(to writer: inout JSONWriter, _ showing: Showing) { writer.plain("\(self)") }
}

extension String: MemberValue {
    static var schema: JSONTree { Schema.text }
    func write(to writer: inout JSONWriter, _ showing: Showing) { writer.string(self) }
    func writeCell(to writer: inout JSONWriter, _ showing: Showing) { writer.cell(self) }
}

/// An account, as its text.
extension AccountID: MemberValue {
    static var schema: JSONTree { Schema.text }
    func write(to writer: inout JSONWriter, _ showing: Showing) { writer.string(text) }
    func writeCell(to writer: inout JSONWriter, _ showing: Showing) { writer.cell(text) }
}

/// A thing, as the id that it is shown by.
extension EntityNumber: MemberValue {
    static var schema: JSONTree { Schema.id }
    func write(to writer: inout JSONWriter, _ showing: Showing) { writer.integer(showing.ids.id(self)) }
}

extension Timestamp: MemberValue {
    static var schema: JSONTree { Schema.time }
    func write(to writer: inout JSONWriter, _ showing: Showing) { writer.time(self) }
    func writeCell(to writer: inout JSONWriter, _ showing: Showing) { TimeText.write(self, to: &writer.buffer) }
}

extension LogPosition: MemberValue {
    static var schema: JSONTree { Schema.position }
    func write(to writer: inout JSONWriter, _ showing: Showing) { writer.position(self) }
    func writeCell(to writer: inout JSONWriter, _ showing: Showing) { writer.bare(self) }
}

/// Nil is null in JSON and nothing in CSV.
extension Optional: MemberValue where Wrapped: MemberValue {
    static var schema: JSONTree { Schema.orNull(Wrapped.schema) }
    static var named: [(String, JSONTree)] { Wrapped.named }

    func write(to writer: inout JSONWriter, _ showing: Showing) {
        if let self { self.write(to: &writer, showing) } else { writer.raw("null") }
    }

    func writeCell(to writer: inout JSONWriter, _ showing: Showing) { self?.writeCell(to: &writer, showing) }
}

extension Array: MemberValue where Element: MemberValue {
    static var schema: JSONTree { ["type": "array", "items": Element.schema] }
    static var named: [(String, JSONTree)] { Element.named }

    func write(to writer: inout JSONWriter, _ showing: Showing) {
        writer.raw("[")
        for (index, element) in enumerated() {
            if index > 0 { writer.raw(",") }
            element.write(to: &writer, showing)
        }
        writer.raw("]")
    }

    func writeCell(to writer: inout JSONWriter, _ showing: Showing) { writer.cell(showing) { write(to: &$0, $1) } }
}
