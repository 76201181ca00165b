/// Reads a compiled file of the zone database: TZif, RFC 9636.
struct ZoneFile {
    /// The counts in the head of a block.
    private struct Counts {
        var wallIndicators, leapSeconds, transitions, types, characters: Int

        /// The bytes of the block behind its head, with times of that size.
        func bytes(timeBytes: Int) -> Int {
            transitions * (timeBytes + 1) + types * 6 + characters + leapSeconds * (timeBytes + 4) + wallIndicators
        }
    }

    private static let headBytes = 44
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The zone of the file; nil when the bytes are not one, or count leap seconds, which our time does not have.
    func zone(named name: String) -> Zone? {
        guard let head = counts(at: 0) else { return nil }
        let isOld = bytes[4] == 0
        // From version 2 on the first block is for old readers only, and the same follows with times of 64 bits.
        let start = isOld ? 0 : ZoneFile.headBytes + head.bytes(timeBytes: 4)
        guard let counts = isOld ? head : counts(at: start) else { return nil }
        let timeBytes = isOld ? 4 : 8
        let body = start + ZoneFile.headBytes
        let end = body + counts.bytes(timeBytes: timeBytes)
        guard counts.leapSeconds == 0, counts.types > 0, end <= bytes.count else { return nil }
        let typesStart = body + counts.transitions * (timeBytes + 1)
        func offset(_ type: Int) -> Int64? {
            type < counts.types ? integer(at: typesStart + type * 6, bytes: 4) : nil
        }
        guard let first = offset(0) else { return nil }
        var (changes, last, listEnd): ([(second: Int64, offset: Int64)], Int64, Int64) = ([], first, .min)
        for index in 0..<counts.transitions {
            let second = integer(at: body + index * timeBytes, bytes: timeBytes)
            guard let next = offset(Int(bytes[body + counts.transitions * timeBytes + index])), second > listEnd
            else { return nil }
            if next != last { changes.append((second, next)) }
            (last, listEnd) = (next, second)
        }
        guard isOld || bytes[end...].first == UInt8(ascii: "\n") else { return nil }
        let footer = isOld ? [] : bytes[(end + 1)...].prefix { $0 != UInt8(ascii: "\n") }
        guard !footer.isEmpty else {
            return Zone(name: name, changes: changes, firstOffset: first, listEnd: listEnd, rule: nil)
        }
        guard let rule = ZoneRule(String(decoding: footer, as: UTF8.self)) else { return nil }
        return Zone(name: name, changes: changes, firstOffset: first, listEnd: listEnd, rule: rule)
    }

    /// The head of a block.
    private func counts(at start: Int) -> Counts? {
        guard bytes.count >= start + ZoneFile.headBytes, bytes[start...].starts(with: "TZif".utf8) else { return nil }
        let numbers = (0..<6).map { Int(UInt32(truncatingIfNeeded: integer(at: start + 20 + $0 * 4, bytes: 4))) }
        // No file of the database has a count near this, and sums of counts stay far from overflow.
        guard numbers.allSatisfy({ $0 < 1 << 24 }) else { return nil }
        return Counts(
            wallIndicators: numbers[0] + numbers[1], leapSeconds: numbers[2], transitions: numbers[3],
            types: numbers[4], characters: numbers[5])
    }

    /// A signed number, most significant byte first.
    ///
    /// - Precondition: its bytes are there.
    private func integer(at start: Int, bytes count: Int) -> Int64 {
        let value = bytes[start..<(start + count)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return count == 8 ? Int64(bitPattern: value) : Int64(Int32(truncatingIfNeeded: value))
    }
}
