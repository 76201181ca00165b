import Foundation

/// One field of a key or value, as `docs/formats/tables.md` describes it.
struct PageField {
    enum Kind: Equatable {
        /// 0, as every key of the system begins.
        case system
        case tenant
        case compact
        /// Little-endian, of so many bytes.
        case integer(Int)
        case bigEndian
        case instant
        case account
        case shortText
        case text
        case bytes(Int)
        case rest
        case restText
    }

    enum Presence: Equatable {
        case always, ifFlagged, ifMore, withIt
    }

    var name: String
    var kind: Kind
    var presence = Presence.always
    /// The one number that it can be.
    var constant: UInt64?
    /// Numbers with a name: of flags or of a choice.
    var names: [(number: UInt64, name: String)] = []
    var excluded: [UInt64] = []
    var limit: UInt64 = .max
    /// The field that it must not be above (of `rest`: be longer than), or below.
    var limitField: String?
    var floorField: String?
    /// The fields that are repeated as often as this field says.
    var each: [PageField] = []

    var isFlags: Bool { name == "flags" }

    private static let kinds: [(String, Kind)] = [
        ("compact", .compact), ("`u8`", .integer(1)), ("`u16`", .integer(2)), ("`u32`", .integer(4)),
        ("`u64`", .integer(8)), ("`be64`", .bigEndian), ("instant", .instant), ("account", .account),
        ("short text", .shortText), ("rest text", .restText), ("rest", .rest), ("text", .text),
        ("32 bytes", .bytes(32)), ("16 bytes", .bytes(16)), ("tenant", .tenant),
    ]

    /// Reads "name type more".
    init(_ part: String) throws {
        if part == "tenant" || part == "0" {
            self.init(name: "tenant", kind: part == "0" ? .system : .tenant)
            return
        }
        let note = part.firstIndex { $0 == "(" || $0 == "=" } ?? part.endIndex
        var front = part[..<note].trimmingSpaces
        var presence = Presence.always
        for (words, meaning) in [("if flagged", Presence.ifFlagged), ("if more", .ifMore), ("with it", .withIt)]
        where front.hasSuffix(" " + words) {
            presence = meaning
            front = String(front.dropLast(words.count + 1))
        }
        guard let (word, kind) = Self.kinds.first(where: { front.hasSuffix(" " + $0.0) }) else {
            throw PageError(text: "no field: \(part)")
        }
        self.init(name: String(front.dropLast(word.count + 1)), kind: kind)
        self.presence = presence
        try readNote(String(part[note...]))
    }

    /// Reads a row of a byte table.
    init(row: [String]) throws {
        guard row.count >= 3 else { throw PageError(text: "no row of a byte table: \(row)") }
        try self.init(row[0] + " " + row[1].replacing(", ", with: " "))
        let note = row[2]
        if note.hasPrefix("(") || note.hasPrefix("=") { try readNote(note) }
    }

    private init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// Reads "= 1" or a list in parentheses; what comes after is for people.
    private mutating func readNote(_ note: String) throws {
        if note.hasPrefix("=") {
            constant = UInt64(note.dropFirst().trimmingSpaces)
            guard constant != nil else { throw PageError(text: "no constant: \(note)") }
            return
        }
        guard note.hasPrefix("("), let end = note.firstIndex(of: ")") else { return }
        for item in note[note.index(after: note.startIndex)..<end].split(separator: ", ") {
            let words = item.split(separator: " ", maxSplits: 1)
            if item.hasPrefix("at most ") {
                let bound = String(item.dropFirst("at most ".count))
                if let number = UInt64(bound.replacing(",", with: "")) { limit = number } else { limitField = bound }
            } else if item.hasPrefix("at least ") {
                floorField = String(item.dropFirst("at least ".count))
            } else if item.hasPrefix("not "), let number = UInt64(item.dropFirst("not ".count)) {
                excluded.append(number)
            } else if words.count == 2, let number = UInt64(words[0]) {
                names.append((number, String(words[1])))
            } else {
                throw PageError(text: "no rule of a field: \(item)")
            }
        }
    }

    /// The fields of a cell; none for "nothing".
    static func list(_ cell: String) throws -> [PageField] {
        if cell == "nothing" { return [] }
        // A list that is repeated ends at a semicolon.
        if cell.contains("; ") { return try cell.components(separatedBy: "; ").flatMap(list) }
        if let each = cell.range(of: ", each: ") {
            var fields = try list(String(cell[..<each.lowerBound]))
            fields[fields.count - 1].each = try list(String(cell[each.upperBound...]))
            return fields
        }
        var parts: [String] = []
        var depth = 0
        for piece in cell.split(separator: ", ") {
            if depth > 0 { parts[parts.count - 1] += ", " + piece } else { parts.append(String(piece)) }
            depth += piece.count { $0 == "(" } - piece.count { $0 == ")" }
        }
        return try parts.map { try PageField($0) }
    }
}

/// The page cannot be read.
struct PageError: Error {
    var text: String
}

extension StringProtocol {
    /// Without spaces at its ends.
    var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
