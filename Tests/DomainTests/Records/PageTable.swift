import Foundation

/// A table, as `docs/formats/tables.md` describes it.
struct PageTable {
    var number: UInt8
    var name: String
    var key: [PageField]
    /// The layouts of the value, by what selects them; one with an empty selector where there is one layout.
    var values: [(selector: String, fields: [PageField])]

    /// Reads the page.
    static func all() throws -> [PageTable] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("docs/formats/tables.md")
        let lines = try String(contentsOf: file, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false
        ).map(String.init)
        var tables: [PageTable] = []
        for row in lines.compactMap(cells) {
            guard row.count == 4, let number = UInt8(row[0]) else { continue }
            let name = String(row[1].split(separator: "`")[0])
            var table = PageTable(number: number, name: name, key: try PageField.list(row[2]), values: [])
            table.values = row[3] == "below" ? try below(name, lines) : [("", try PageField.list(row[3]))]
            tables.append(table)
        }
        return tables
    }

    /// Reads the table under the bold name.
    private static func below(_ name: String, _ lines: [String]) throws -> [(selector: String, fields: [PageField])] {
        let start = lines.firstIndex {
            $0.hasPrefix("**\(name)**") && !$0.hasPrefix("**\(name)**:")
        }
        guard let start else { throw PageError(text: "\(name) has no layout") }
        let rows = lines[start...].drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }.compactMap(cells)
        guard let header = rows.first else { throw PageError(text: "\(name) has no layout") }
        let body = rows.dropFirst(2)
        if header[0] == "field" { return [("", try body.map { try PageField(row: $0) })] }
        return try body.flatMap { row in
            let fields = try PageField.list(row[1])
            let selectors = row[0].hasPrefix("`") ? [row[0]] : row[0].components(separatedBy: ", ")
            return selectors.map { ($0, fields) }
        }
    }

    private static func cells(_ line: String) -> [String]? {
        guard line.hasPrefix("|"), line.hasSuffix("|") else { return nil }
        return line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map(\.trimmingSpaces)
    }

    /// The layout of the value under a key with these fields.
    func value(under key: [String: String]) throws -> [PageField] {
        if values.count == 1 { return values[0].fields }
        let field = name == "settings" ? "name" : self.key.contains { $0.name == "kind" } ? "kind" : "part"
        let chosen = key[field] ?? ""
        let found = values.first { selector, _ in
            selector.hasPrefix("`") ? PageTable.matches(selector, chosen) : selector == chosen
        }
        guard let found = found ?? values.first(where: { $0.selector == "others" }) else {
            throw PageError(text: "\(name) has no layout for \(chosen)")
        }
        return found.fields
    }

    /// True if the bytes of a name, in hexadecimal, are `text` or "`text` and 8 bytes".
    private static func matches(_ selector: String, _ name: String) -> Bool {
        let parts = selector.split(separator: "`")
        let front = parts[0].utf8.map { hexadecimal([$0]) }.joined()
        let more = parts.count > 1 ? Int(parts[1].split(separator: " ")[1]) ?? 0 : 0
        return name.hasPrefix(front) && name.count == front.count + 2 * more
    }

    /// The first bytes of a setting's name, and how many more there are.
    static func settingName(_ selector: String) -> (front: [UInt8], more: Int) {
        let parts = selector.split(separator: "`")
        return (Array(parts[0].utf8), parts.count > 1 ? Int(parts[1].split(separator: " ")[1]) ?? 0 : 0)
    }
}

/// Bytes as they are compared and shown.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
}
