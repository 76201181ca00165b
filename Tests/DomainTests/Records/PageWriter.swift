import TestSupport

/// Makes bytes by chance as the page says, with no code of the product.
struct PageWriter {
    private var random: SeededGenerator
    private(set) var bytes: [UInt8] = []
    private var numbers: [String: UInt64] = [:]

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// Makes the bytes of fields; a field named in `given` has these bytes.
    mutating func make(_ layout: [PageField], given: [String: [UInt8]] = [:]) -> [UInt8] {
        bytes = []
        write(layout, given)
        return bytes
    }

    private mutating func write(_ layout: [PageField], _ given: [String: [UInt8]]) {
        var flags: UInt64 = 0
        var flagNames: [(number: UInt64, name: String)] = []
        var isThere = true
        var isOver = false
        for field in layout {
            switch field.presence {
            case .always: isThere = true
            case .ifFlagged: isThere = flags & (flagNames.first { $0.name == field.name }?.number ?? 0) != 0
            case .ifMore:
                isThere = !isOver && random.next() % 3 > 0
                isOver = !isThere
            case .withIt: break
            }
            guard isThere else { continue }
            if let given = given[field.name] {
                bytes += given
                continue
            }
            let number = number(for: field)
            if field.isFlags { (flags, flagNames) = (number, field.names) }
            numbers[field.name] = number
            append(field, number)
            for _ in 0..<(field.each.isEmpty ? 0 : number) { write(field.each, [:]) }
        }
    }

    private mutating func number(for field: PageField) -> UInt64 {
        if let constant = field.constant { return constant }
        if field.isFlags { return field.names.reduce(0) { $0 | (random.next() % 2 == 0 ? 0 : $1.number) } }
        if let name = field.names.randomElement(using: &random) { return name.number }
        var limit = min(field.limit, numbers[field.limitField ?? ""] ?? .max)
        switch field.kind {
        case .system: return 0
        case .tenant: limit = min(limit, UInt64(UInt32.max))
        case .integer(let width) where width < 8: limit = min(limit, 1 << UInt64(8 * width) - 1)
        case .instant, .bigEndian: limit = min(limit, 1 << 48 - 1)
        case .rest: limit = min(limit, 900)
        default: break
        }
        while true {
            let bits = random.next() % 65
            let number = min(bits == 64 ? random.next() : random.next() & (1 << bits - 1), limit)
            if field.excluded.contains(number) { continue }
            return max(number, numbers[field.floorField ?? ""] ?? 0)
        }
    }

    private mutating func append(_ field: PageField, _ number: UInt64) {
        switch field.kind {
        case .system, .tenant, .compact: append(compact: number)
        case .integer(let width): append(number, width)
        case .instant: append(number, 6)
        case .bigEndian: bytes += (0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
        case .account: appendAccount()
        case .shortText: appendText { [UInt8($0)] }
        case .text: appendText { [UInt8($0 & 255), UInt8($0 >> 8)] }
        case .bytes(let count): bytes += random.bytes(count)
        case .rest: bytes += random.bytes(Int(number))
        case .restText: appendText { _ in [] }
        }
    }

    private mutating func append(_ number: UInt64, _ width: Int) {
        bytes += (0..<width).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
    }

    private mutating func append(compact number: UInt64) {
        let digits = (0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }.drop { $0 == 0 }
        bytes += [UInt8(digits.count)] + digits
    }

    private mutating func appendText(_ length: (Int) -> [UInt8]) {
        let text = (0..<(1 + random.next() % 40)).map { _ in ["a", "B", "7", "-", "é", "☂"][Int(random.next() % 6)] }
            .joined()
        bytes += length(text.utf8.count) + Array(text.utf8)
    }

    private mutating func appendAccount() {
        switch random.next() % 3 {
        case 0:
            // Digits alone would be a number.
            let text = Array("x".utf8) + (0..<(random.next() % 127)).map { _ in UInt8(48 + random.next() % 60) }
            bytes += [UInt8(text.count)] + text
        case 1:
            let digits = 1 + random.next() % 8
            let number = random.next() >> (64 - 8 * digits) | 1 << (8 * digits - 1)
            bytes.append(UInt8(0x80 + digits))
            bytes += (0..<digits).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        default: bytes += [0x90] + random.bytes(16)
        }
    }
}
