import Domain
import JSONText
import Wire

/// The head of a CSV file: its separator and its columns.
struct ImportTable {
    /// The columns that an import reads, and those that only an export writes.
    static let columnNames: [String] = {
        let read = ImportRow.members.map(\.name)
        return read + CodeView.members.map(\.name).filter { !read.contains($0) }
    }()
    private static let separators: [UInt8] = [0x2C, 0x3B, 0x09]

    let separator: UInt8
    /// The columns as they were written that no import has.
    let unknown: [String]
    /// The name of each column; nil for an unknown one.
    private let columns: [String?]

    /// Reads a head line: names in any case and order, separated by commas, semicolons or tabs.
    ///
    /// - Throws: 422 when there is no column `code`, or one that comes twice.
    init(head: [UInt8]) throws(Problem) {
        guard let (separator, names) = ImportTable.split(head) else {
            throw .invalid(
                field: "line 1",
                "Must name the columns, separated by commas, semicolons or tabs, 'code' among them.")
        }
        var columns: [String?] = []
        var unknown: [String] = []
        for name in names {
            let known = ImportTable.columnNames.first { $0.hasBytes(of: name.lowercased()) }
            if let known, columns.contains(known) {
                throw .invalid(field: "line 1", "Names the column \(known) twice.")
            }
            if known == nil, !name.isEmpty { unknown.append(name) }
            columns.append(known)
        }
        self.separator = separator
        self.columns = columns
        self.unknown = unknown
    }

    /// The separator under which there is a column `code`.
    private static func split(_ head: [UInt8]) -> (separator: UInt8, names: [String])? {
        for separator in separators {
            var row = CSVRow(separator: separator)
            guard row.take(head[...]) == .whole, let names = row.texts else { continue }
            if names.contains(where: { $0.lowercased() == "code" }) { return (separator, names) }
        }
        return nil
    }

    /// A row's cells as the object that they stand for; nil when there are more than columns.
    func object(_ cells: [String]) -> JSONObject? {
        guard cells.dropFirst(columns.count).allSatisfy(\.isEmpty) else { return nil }
        var object = JSONObject()
        for (name, cell) in zip(columns, cells) where !cell.isEmpty {
            if let name { object[name] = ImportTable.value(name, cell.withoutFormulaMark) }
        }
        return object
    }

    /// The cell as the JSON that it stands for.
    private static func value(_ name: String, _ cell: String) -> JSONTree {
        switch name {
        case "max_uses", "campaign_id": Int64(cell).map { .integer($0) } ?? .string(cell)
        case "grant", "metadata": (try? JSONTree.parse(Array(cell.utf8))) ?? .string(cell)
        default: .string(cell)
        }
    }
}
