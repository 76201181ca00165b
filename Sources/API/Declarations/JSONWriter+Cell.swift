import NIOCore
package import Wire

extension JSONWriter {
    /// A cell of CSV, quoted where RFC 4180 asks for it.
    ///
    /// A leading sign that spreadsheets run as a formula is quoted off with an apostrophe; so is one behind apostrophes,
    /// which makes the way back unambiguous: ``String/withoutFormulaMark``.
    package mutating func cell(_ text: String) {
        let isFormula = text.isFormula
        let needsQuotes = isFormula || text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
        guard needsQuotes else { return plain(text) }
        raw("\"")
        if isFormula { raw("'") }
        plain(text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))
        raw("\"")
    }

    /// A cell of CSV that holds the JSON which the closure writes.
    mutating func cell(_ showing: Showing, _ write: (inout JSONWriter, Showing) -> Void) {
        var text = JSONWriter()
        write(&text, showing)
        cell(String(buffer: text.buffer))
    }
}

extension String {
    /// True if a spreadsheet could run it as a formula, or if apostrophes stand before such a text.
    fileprivate var isFormula: Bool {
        utf8.first { $0 != UInt8(ascii: "'") }.map { "=+-@\t\r".utf8.contains($0) } ?? false
    }

    /// The text that a cell was made of: without the apostrophe that says that it is no formula.
    var withoutFormulaMark: String {
        utf8.first == UInt8(ascii: "'") && isFormula ? String(dropFirst()) : self
    }
}
