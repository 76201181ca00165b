/// Takes bytes apart as the page says, with no code of the product.
struct PageReader {
    private var bytes: ArraySlice<UInt8>
    /// The fields that were there, with their values: numbers in decimal, bytes in hexadecimal, texts as they are.
    private(set) var fields: [(field: PageField, value: String)] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    /// The values by name.
    var values: [String: String] { Dictionary(fields.map { ($0.field.name, $0.value) }) { $1 } }

    /// Reads the fields; nothing may be left.
    mutating func read(_ layout: [PageField]) throws {
        try readFields(layout)
        guard bytes.isEmpty else { throw PageError(text: "\(bytes.count) bytes are left") }
    }

    private mutating func readFields(_ layout: [PageField]) throws {
        var flags: UInt64 = 0
        var flagNames: [(number: UInt64, name: String)] = []
        var wasThere = true
        for field in layout {
            switch field.presence {
            case .always: wasThere = true
            case .ifFlagged:
                guard let flag = flagNames.first(where: { $0.name == field.name }) else {
                    throw PageError(text: "\(field.name) has no flag")
                }
                wasThere = flags & flag.number != 0
            case .ifMore: wasThere = !bytes.isEmpty
            case .withIt: break
            }
            guard wasThere else { continue }
            let value = try read(field)
            if field.isFlags { (flags, flagNames) = (UInt64(value) ?? 0, field.names) }
            if let constant = field.constant, value != "\(constant)" {
                throw PageError(text: "\(field.name) is \(value)")
            }
            fields.append((field, value))
            guard !field.each.isEmpty else { continue }
            for _ in 0..<(Int(value) ?? 0) { try readFields(field.each) }
        }
    }

    private mutating func read(_ field: PageField) throws -> String {
        switch field.kind {
        case .system, .tenant, .compact: "\(try compact())"
        case .integer(let width): "\(try take(width).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) })"
        case .instant: "\(try take(6).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) })"
        case .bigEndian: "\(try take(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) })"
        case .account: try account()
        case .shortText: try text(Int(take(1)[0]))
        case .text: try text(take(2).reversed().reduce(0) { $0 << 8 | Int($1) })
        case .bytes(let count): hexadecimal(try take(count))
        case .rest: hexadecimal(try take(bytes.count))
        case .restText: try text(bytes.count)
        }
    }

    private mutating func take(_ count: Int) throws -> [UInt8] {
        guard bytes.count >= count else { throw PageError(text: "\(count) bytes are wanted, \(bytes.count) are there") }
        defer { bytes = bytes.dropFirst(count) }
        return Array(bytes.prefix(count))
    }

    private mutating func compact() throws -> UInt64 {
        let digits = try take(Int(take(1)[0]))
        guard digits.count <= 8, digits.first != 0 else { throw PageError(text: "no compact number") }
        return digits.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func text(_ count: Int) throws -> String {
        guard let text = String(validating: try take(count), as: UTF8.self) else { throw PageError(text: "no UTF-8") }
        return text
    }

    private mutating func account() throws -> String {
        let tag = try take(1)[0]
        switch tag {
        case 0x01...0x80: return try text(Int(tag))
        case 0x81...0x88: return "\(try take(Int(tag - 0x80)).reduce(0 as UInt64) { $0 << 8 | UInt64($1) })"
        case 0x90:
            let hex = hexadecimal(try take(16))
            var parts: [Substring] = []
            var rest = hex[...]
            for count in [8, 4, 4, 4, 12] {
                parts.append(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            return parts.joined(separator: "-")
        default: throw PageError(text: "no account")
        }
    }
}
