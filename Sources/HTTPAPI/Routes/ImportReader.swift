import Invitations
import JSONText
import Journal
import NIOCore

/// A row of an import that was not taken, and why.
struct RowFailure: Equatable {
    /// The line of the row, from 1.
    var line: Int
    /// The code's text, as far as it could be read.
    var text: String
    /// The word for programs.
    var code: String
    /// The sentence for people.
    var message: String
}

/// Reads an import as it arrives, CSV (RFC 4180, with a head) or ndjson, into rows and into failures by line.
struct ImportReader {
    /// The most rows of one import.
    static let rowsMax = 1_000_000
    /// The most bytes of one row.
    static let rowBytesMax = ConnectionLimits.bodyBytesMax

    private(set) var rows: [ImportRow] = []
    private(set) var failures: [RowFailure] = []

    private let isCSV: Bool
    private let ids: PublicIDs
    private var pending: [UInt8] = []
    private var isQuoted = false
    private var line = 1
    private var rowLine = 1
    private var columns: [String]?

    /// The columns that an import reads, and those that only an export writes.
    ///
    /// Another name is refused: a misspelt `max_uses` would give every code away as often as anybody likes, or once.
    static let columnNames = [
        "code", "code_kind", "campaign", "campaign_id", "max_uses", "expires_at", "issuer_id", "grant", "metadata",
        "state", "current_uses", "held", "id", "created_at",
    ]

    init(isCSV: Bool, ids: PublicIDs) {
        self.isCSV = isCSV
        self.ids = ids
    }

    /// Takes the next part of the body.
    mutating func take(_ chunk: ByteBuffer) throws(Problem) {
        for byte in chunk.readableBytesView {
            if byte == 0x22, isCSV { isQuoted.toggle() }
            if byte == 0x0A {
                line += 1
                if !isQuoted {
                    try endRow()
                    rowLine = line
                    continue
                }
            }
            pending.append(byte)
            guard pending.count <= ImportReader.rowBytesMax else {
                throw Problem(413, "row_too_large", "Line \(rowLine) has more than \(ImportReader.rowBytesMax) bytes.")
            }
        }
    }

    /// The body is complete.
    mutating func end() throws(Problem) {
        try endRow()
    }

    private mutating func endRow() throws(Problem) {
        defer { pending.removeAll(keepingCapacity: true) }
        if pending.last == 0x0D { pending.removeLast() }
        guard pending.contains(where: { $0 > 0x20 }) else { return }
        guard rows.count < ImportReader.rowsMax else {
            throw Problem(413, "too_many_rows", "An import has at most \(ImportReader.rowsMax) rows; send another one.")
        }
        if isCSV { try readCSV() } else { readObject() }
    }

    private mutating func fail(_ text: String, _ code: String, _ message: String) {
        failures.append(RowFailure(line: rowLine, text: text, code: code, message: message))
    }

    private mutating func readObject() {
        do throws(JSONError) {
            guard let object = try JSONTree.parse(ByteBuffer(bytes: pending)).object else {
                return fail("", "malformed", "The line is not a JSON object.")
            }
            add(object)
        } catch {
            fail("", "malformed", "The line is not valid JSON: \(error.reason) at byte \(error.offset).")
        }
    }

    private mutating func add(_ object: JSONObject) {
        var fields = Fields(object: object, ids: ids)
        let row = ImportRow(
            line: rowLine, text: fields.requiredText("code"), kind: fields.text("code_kind"),
            terms: fields.codeTerms(), campaignKey: fields.text("campaign"))
        do throws(Problem) {
            try fields.check()
            rows.append(row)
        } catch {
            fail(row.text, "validation_failed", error.detail)
        }
    }

    private mutating func readCSV() throws(Problem) {
        guard let cells = ImportReader.cells(pending) else {
            return fail("", "malformed", "The line is not valid CSV in UTF-8.")
        }
        guard let columns else {
            let names = cells.map { $0.lowercased() }
            guard names.contains("code") else {
                throw .invalid(field: "line 1", "Must name the columns, separated by commas, 'code' among them.")
            }
            if let stranger = names.first(where: { !ImportReader.columnNames.contains($0) }) {
                throw .invalid(
                    field: "line 1",
                    "There is no column '\(stranger)'. Columns are \(ImportReader.columnNames.joined(separator: ", "))."
                )
            }
            self.columns = names
            return
        }
        guard cells.count <= columns.count else {
            return fail(cells.first ?? "", "malformed", "The line has more cells than the first one.")
        }
        var object = JSONObject()
        for (name, cell) in zip(columns, cells) where !cell.isEmpty {
            object[name] = ImportReader.value(name, cell)
        }
        add(object)
    }

    /// The cell as the JSON that it stands for.
    private static func value(_ name: String, _ cell: String) -> JSONTree {
        switch name {
        case "max_uses", "campaign_id": return Int64(cell).map { .integer($0) } ?? .string(cell)
        case "grant", "metadata": return (try? JSONTree.parse(ByteBuffer(string: cell))) ?? .string(cell)
        default: return .string(cell)
        }
    }

    /// The cells of a row; nil when a quote is out of place or the text is not UTF-8.
    static func cells(_ row: [UInt8]) -> [String]? {
        var bytes = row[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        var cells: [String] = []
        while true {
            var cell: [UInt8] = []
            if bytes.first == 0x22 {
                bytes = bytes.dropFirst()
                while let byte = bytes.popFirst() {
                    if byte != 0x22 {
                        cell.append(byte)
                    } else if bytes.first == 0x22 {
                        cell.append(0x22)
                        bytes = bytes.dropFirst()
                    } else {
                        break
                    }
                }
            } else {
                while let byte = bytes.first, byte != 0x2C {
                    cell.append(byte)
                    bytes = bytes.dropFirst()
                }
            }
            guard let text = String(validating: cell, as: UTF8.self) else { return nil }
            cells.append(text)
            guard let separator = bytes.popFirst() else { return cells }
            guard separator == 0x2C else { return nil }
        }
    }
}
