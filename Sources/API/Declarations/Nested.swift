import JSONText
import Wire

/// A resource as a member of another one, written out or under its name in the document.
struct Nested<R: Resource>: MemberValue {
    var value: R.Value

    init(_ value: R.Value) {
        self.value = value
    }

    static var schema: JSONTree { R.reference }
    static var named: [(String, JSONTree)] { R.named }
    func write(to writer: inout JSONWriter, _ showing: Showing) { R.write(value, to: &writer, showing) }
    func writeCell(to writer: inout JSONWriter, _ showing: Showing) { writer.cell(showing) { write(to: &$0, $1) } }
}
