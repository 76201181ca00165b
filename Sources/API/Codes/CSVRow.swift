import Wire

/// One row of a CSV file (RFC 4180), read a physical line at a time: cells in quotes may have line breaks.
struct CSVRow {
    /// The state of a row after one of its lines.
    enum State: Equatable {
        /// Complete.
        case whole
        /// Inside of quotes: the next line belongs to it.
        case open
        /// Its quotes are out of place.
        case broken
    }

    /// The cells so far, trimmed.
    private(set) var cells: [[UInt8]] = []
    private let separator: UInt8
    private var cell: [UInt8] = []
    private var isQuoted = false

    /// Begins a row.
    init(separator: UInt8) {
        self.separator = separator
    }

    /// The cells as texts; nil when one is not UTF-8.
    var texts: [String]? {
        var texts: [String] = []
        for cell in cells {
            guard let text = String(validating: cell, as: UTF8.self) else { return nil }
            texts.append(text)
        }
        return texts
    }

    /// Reads the next physical line, without its line break.
    mutating func take(_ line: ArraySlice<UInt8>) -> State {
        var rest = line
        if isQuoted {
            cell.append(0x0A)
            guard takeQuoted(&rest) else { return .open }
            guard endCell(&rest) else { return .broken }
            if rest.isEmpty, !isAtSeparator { return .whole }
        }
        while true {
            isAtSeparator = false
            skipBlanks(&rest)
            if rest.first == 0x22 {
                rest.removeFirst()
                isQuoted = true
                guard takeQuoted(&rest) else { return .open }
                guard endCell(&rest) else { return .broken }
            } else {
                while let byte = rest.first, byte != separator {
                    if byte == 0x22 { return .broken }
                    cell.append(byte)
                    rest.removeFirst()
                }
                finishCell()
                isAtSeparator = rest.popFirst() != nil
            }
            if !isAtSeparator { return .whole }
        }
    }

    /// True if the last cell ended at a separator, so that another one follows.
    private var isAtSeparator = false

    /// Reads up to the closing quote; false when the line ends before it.
    private mutating func takeQuoted(_ rest: inout ArraySlice<UInt8>) -> Bool {
        while let byte = rest.popFirst() {
            if byte != 0x22 {
                cell.append(byte)
            } else if rest.first == 0x22 {
                cell.append(0x22)
                rest.removeFirst()
            } else {
                isQuoted = false
                return true
            }
        }
        return false
    }

    /// Reads from a closing quote to the separator or the end; only blanks may come between.
    private mutating func endCell(_ rest: inout ArraySlice<UInt8>) -> Bool {
        skipBlanks(&rest)
        finishCell()
        isAtSeparator = false
        guard let byte = rest.popFirst() else { return true }
        isAtSeparator = byte == separator
        return isAtSeparator
    }

    private mutating func finishCell() {
        var text = cell[...]
        while let first = text.first, CSVRow.isBlank(first) { text.removeFirst() }
        while let last = text.last, CSVRow.isBlank(last) { text.removeLast() }
        cells.append(Array(text))
        cell.removeAll(keepingCapacity: true)
    }

    private func skipBlanks(_ rest: inout ArraySlice<UInt8>) {
        while let byte = rest.first, byte != separator, CSVRow.isBlank(byte) { rest.removeFirst() }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
}
