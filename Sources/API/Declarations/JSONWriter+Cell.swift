import NIOCore
package import Wire

extension JSONWriter {
    /// A cell of CSV, quoted where RFC 4180 asks for it.
    ///
    /// A leading sign that spreadsheets run as a formula is quoted off.
    package mutating func cell(_ text: String) {
        let isFormula = text.utf8.first.map { "=+-@\t".utf8.contains($0) } ?? false
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
