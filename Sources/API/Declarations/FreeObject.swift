import JSONText
import Wire

/// A JSON object that holds what its owner likes: text that was checked when it was stored.
struct FreeObject: MemberValue {
    var text: [UInt8]

    /// Takes the text of an object; nil for none.
    init?(_ text: [UInt8]?) {
        guard let text else { return nil }
        self.text = text
    }

    static var schema: JSONTree { ["type": "object"] }
    func write(to writer: inout JSONWriter, _ showing: Showing) { writer.raw(text) }
    func writeCell(to writer: inout JSONWriter, _ showing: Showing) {
        writer.cell(String(decoding: text, as: UTF8.self))
    }
}
