import API
import NIOCore
import Wire

/// Cells of CSV by the rule of the API's exports: quoted where needed, and no spreadsheet takes one for a formula.
enum CSVText {
    /// A cell.
    static func cell(_ text: String) -> String {
        var writer = JSONWriter()
        writer.cell(text)
        return String(buffer: writer.buffer)
    }
}
