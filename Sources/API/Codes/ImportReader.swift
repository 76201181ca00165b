import Domain
import JSONText
import Journal
import NIOCore
import Wire

/// Reads an import as it arrives, CSV as spreadsheets write it or ndjson, into rows and into failures by line.
///
/// A row whose quotes are out of place fails by itself: reading continues at its second physical line.
struct ImportReader {
    /// The most rows of one import.
    static let rowsMax = 1_000_000
    /// The most bytes of one row.
    static let rowBytesMax = OperationLimits.bodyBytesMax
    /// The most rows that may have broken quotes: each can make the lines after it be read again.
    static let brokenRowsMax = 1000
    /// More ignored columns than this are not named.
    private static let ignoredMax = 100

    /// The good rows that were not taken yet.
    private(set) var rows: [ImportRow] = []
    /// The good rows so far.
    private var goodRows = 0
    private(set) var failures: [RowFailure] = []
    /// Columns or members that no import has, as they were written.
    private(set) var ignoredColumns: [String] = []

    /// The format; nil until the first bytes have shown it.
    private var format: ImportFormat?
    private let scope: RequestScope
    /// The first bytes, until encoding and format are known.
    private var head: [UInt8]? = []
    /// The line that is being read.
    private var pending: [UInt8] = []
    private var endedWithReturn = false
    private var line = 1
    private var table: ImportTable?
    /// The row that is being read, and its lines so far.
    private var row: CSVRow?
    private var rowLines: [[UInt8]] = []
    private var rowBytes = 0
    private var brokenRows = 0

    /// Begins with a file.
    ///
    /// - Parameters:
    ///   - format: The format that its sender has named; nil to find it by the first bytes.
    ///   - ids: The ids that campaigns are named by.
    init(_ format: ImportFormat?, ids: PublicIDs) {
        self.format = format
        scope = RequestScope(ids: ids)
    }

    private var isCSV: Bool { format == .csv }

    /// The rows so far, good and bad.
    var rowCount: Int { goodRows + failures.count }

    /// Hands out the good rows that were read since the last call.
    mutating func takeRows() -> [ImportRow] {
        defer { rows = [] }
        return rows
    }

    // MARK: Bytes

    /// Takes the next part of the body.
    mutating func take(_ chunk: ByteBuffer) throws(Problem) {
        for byte in chunk.readableBytesView {
            if head != nil { try takeHead(byte) } else { try take(byte) }
        }
    }

    /// Ends the body.
    ///
    /// - Throws: 422 when there was nothing in it.
    mutating func end() throws(Problem) {
        try endHead()
        if !pending.isEmpty { try endLine() }
        // A row that is still open ended with the line before.
        line -= 1
        while row != nil { try breakRow() }
        if isCSV ? table == nil : rowCount == 0 {
            throw .invalid(field: "line 1", "The file is empty.")
        }
    }

    private mutating func takeHead(_ byte: UInt8) throws(Problem) {
        head?.append(byte)
        guard let head, head.count >= TextFileHead.byteCount else { return }
        let isShown = format != nil || ImportFormat(firstBytes: head) != nil
        if isShown || head.count >= ImportFormat.lookedAtMax { try endHead() }
    }

    /// Looks at the first bytes: a byte-order mark goes, UTF-16 is refused, a format that nobody has named is found.
    private mutating func endHead() throws(Problem) {
        guard let bytes = head else { return }
        head = nil
        let first = TextFileHead(bytes)
        guard !first.isUTF16 else {
            throw .invalid(field: "line 1", "The file is UTF-16; save it as UTF-8.")
        }
        if format == nil { format = ImportFormat(firstBytes: bytes) ?? .ndjson }
        for byte in first.text { try take(byte) }
    }

    private mutating func take(_ byte: UInt8) throws(Problem) {
        // A line ends at LF, CR or CRLF; in ndjson a CR is white space.
        let followsReturn = endedWithReturn
        endedWithReturn = false
        if byte == 0x0A, followsReturn { return }
        if byte == 0x0A || byte == 0x0D && isCSV {
            endedWithReturn = byte == 0x0D
            return try endLine()
        }
        pending.append(byte)
        guard pending.count <= ImportReader.rowBytesMax else {
            throw Problem(413, "row_too_large", "Line \(line) has more than \(ImportReader.rowBytesMax) bytes.")
        }
    }

    private mutating func endLine() throws(Problem) {
        let bytes = pending
        pending.removeAll(keepingCapacity: true)
        defer { line += 1 }
        if isCSV { try takeLine(bytes) } else if !JSONScanner.isBlank(bytes) { try readObject(bytes) }
    }

    // MARK: CSV

    /// Takes a physical line, which begins a row or continues one in quotes.
    private mutating func takeLine(_ bytes: [UInt8]) throws(Problem) {
        guard let table else {
            if !JSONScanner.isBlank(bytes) { try readTable(bytes) }
            return
        }
        if row == nil {
            guard !JSONScanner.isBlank(bytes) else { return }
            row = CSVRow(separator: table.separator)
        }
        rowLines.append(bytes)
        rowBytes += bytes.count + 1
        switch row?.take(bytes[...]) {
        case .whole?: try endRow(table)
        case .broken?: try breakRow()
        case .open? where rowBytes > ImportReader.rowBytesMax: try breakRow()
        case .open?, nil: break
        }
    }

    private mutating func readTable(_ bytes: [UInt8]) throws(Problem) {
        let table = try ImportTable(head: bytes)
        self.table = table
        for name in table.unknown { ignore(name) }
    }

    /// The physical line at which the row that is being read began.
    private var rowLine: Int { line - rowLines.count + 1 }

    private mutating func endRow(_ table: ImportTable) throws(Problem) {
        let (texts, first) = (row?.texts, rowLine)
        (row, rowLines, rowBytes) = (nil, [], 0)
        try checkCount()
        guard let texts else { return fail(first, "", "malformed", "The line is not valid UTF-8.") }
        guard let object = table.object(texts) else {
            let text = texts.first ?? ""
            return fail(first, text, "malformed", "The line has more cells than the first one.")
        }
        add(object, at: first)
    }

    /// Fails the first line of a row whose quotes are out of place, and reads its other lines as rows.
    private mutating func breakRow() throws(Problem) {
        brokenRows += 1
        guard brokenRows <= ImportReader.brokenRowsMax else {
            throw .invalid(
                field: "line \(rowLine)",
                "More than \(ImportReader.brokenRowsMax) rows have quotes that are out of place.")
        }
        fail(rowLine, "", "malformed", "A quote is not closed, or text follows a closing quote.")
        let (rest, last) = (rowLines.dropFirst(), line)
        line = rowLine
        (row, rowLines, rowBytes) = (nil, [], 0)
        for bytes in rest {
            line += 1
            try takeLine(bytes)
        }
        line = last
    }

    // MARK: Rows

    private mutating func readObject(_ bytes: [UInt8]) throws(Problem) {
        try checkCount()
        do throws(JSONError) {
            guard let object = try JSONTree.parse(bytes).object else {
                return fail(line, "", "malformed", "The line is not a JSON object.")
            }
            add(object, at: line)
        } catch {
            fail(line, "", "malformed", "The line is not valid JSON: \(error.reason) at byte \(error.offset).")
        }
    }

    private func checkCount() throws(Problem) {
        guard rowCount < ImportReader.rowsMax else {
            throw Problem(413, "too_many_rows", "An import has at most \(ImportReader.rowsMax) rows; send another one.")
        }
    }

    private mutating func fail(_ line: Int, _ text: String, _ code: String, _ message: String) {
        failures.append(RowFailure(line: line, text: text, code: code, message: message))
    }

    private mutating func ignore(_ name: String) {
        guard ignoredColumns.count < ImportReader.ignoredMax, !ignoredColumns.contains(where: name.hasBytes(of:)) else {
            return
        }
        ignoredColumns.append(name)
    }

    private mutating func add(_ object: JSONObject, at line: Int) {
        var fields = BodyReader(object: object, scope: scope, judgesBounds: !ImportRow.isJudgedByDomain)
        var row = ImportRow.read(&fields)
        for name in fields.unknown where !ImportTable.columnNames.contains(name) { ignore(name) }
        do throws(Problem) {
            try fields.checkKnown()
            row?.line = line
            if let row {
                rows.append(row)
                goodRows += 1
            }
        } catch {
            fail(line, object["code"]?.string ?? "", "validation_failed", error.detail)
        }
    }
}
