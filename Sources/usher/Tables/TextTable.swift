/// Lines of cells under heads, aligned: numbers to the right, all else to the left.
struct TextTable {
    private let columns: [Column]
    private var widths: [Int]
    private var isBegun = false

    init(_ columns: [Column]) {
        self.columns = columns
        widths = columns.map(\.head.count)
    }

    /// The lines of some rows, the heads before the first; later rows keep the widths that the first ones had.
    mutating func lines(_ rows: [[String]]) -> [String] {
        var lines: [String] = []
        if !isBegun {
            isBegun = true
            for row in rows { widths = zip(widths, row).map { max($0, $1.count) } }
            lines.append(line(columns.map { $0.head.uppercased() }))
        }
        return lines + rows.map(line)
    }

    private func line(_ cells: [String]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let space = String(repeating: " ", count: max(0, widths[index] - cell.count))
            line += (index > 0 ? "  " : "") + (columns[index].kind == .number ? space + cell : cell + space)
        }
        return String(line.reversed().drop { $0 == " " }.reversed())
    }
}
