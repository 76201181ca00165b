import JSONText
import Wire

/// A value that a member of a resource can have: its schema, and its text in JSON and in CSV.
protocol MemberValue: Sendable {
    /// The schema of the value, or a reference to one of ``named``.
    static var schema: JSONTree { get }
    /// The schemas that ``schema`` refers to, with their names in the document.
    static var named: [(String, JSONTree)] { get }

    /// Appends the value as JSON.
    func write(to writer: inout JSONWriter, _ showing: Showing)
    /// Appends the value as a cell of a CSV file.
    func writeCell(to writer: inout JSONWriter, _ showing: Showing)
}

extension MemberValue {
    static var named: [(String, JSONTree)] { [] }

    /// Numbers and truth values look in CSV as they do in JSON.
    func writeCell(to writer: inout JSONWriter, _ showing: Showing) { write(to: &writer, showing) }
}
