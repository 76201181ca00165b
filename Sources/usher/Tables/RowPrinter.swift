import JSONText

/// Prints rows as they come: a table for people, one JSON document, or CSV.
struct RowPrinter {
    /// The form of the output.
    enum Form {
        case table(showPersonal: Bool)
        case json
        case csv
    }

    private let form: Form
    private let columns: [Column]
    private var table: TextTable
    private var count = 0

    init(_ list: ListTable, _ form: Form) {
        self.form = form
        columns =
            if case .table = form {
                APISchema.columns(list.columns, of: list.resource)
            } else {
                APISchema.columns(of: list.resource)
            }
        table = TextTable(columns)
    }

    /// Prints some rows.
    mutating func take(_ rows: [JSONTree]) {
        guard !rows.isEmpty else { return }
        var text = count == 0 ? head : ""
        switch form {
        case .table(let showPersonal):
            let cells = rows.map { row in columns.map { $0.text(in: row, showPersonal: showPersonal) } }
            text += table.lines(cells).map { $0 + "\n" }.joined()
        case .csv:
            for row in rows { text += columns.map { $0.cell(in: row) }.joined(separator: ",") + "\r\n" }
        case .json:
            for (index, row) in rows.enumerated() {
                text += (count + index > 0 ? "," : "") + String(decoding: row.text, as: UTF8.self)
            }
        }
        count += rows.count
        Terminal.write(Array(text.utf8))
    }

    /// Ends the document.
    ///
    /// - Parameter none: The note where there was no row; nil for no note.
    mutating func end(none: String? = "There are none.") {
        // Without a row the head has not been printed.
        if count == 0 { Terminal.write(Array(head.utf8)) }
        switch form {
        case .table: if let none, count == 0 { Terminal.note(none) }
        case .csv: break
        case .json: Terminal.print("]}")
        }
    }

    private var head: String {
        switch form {
        case .table: ""
        case .csv: columns.map(\.name).joined(separator: ",") + "\r\n"
        case .json: "{\"data\":["
        }
    }
}
