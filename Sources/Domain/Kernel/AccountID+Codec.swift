internal import Journal
internal import Store

extension AccountID {
    /// Takes a text that was checked when it was stored.
    init(stored text: String) {
        self.text = text
    }

    /// Reads the id that stands somewhere in a row, in its stored form.
    init(in row: RawSpan, at place: RowBytes) throws(RecordDamage) {
        var reader = ValueReader(row)
        reader.skip(place.offset)
        self = reader.account()
        guard !reader.failed else { throw .fields }
    }

    /// The stored form, for tests and for keys made outside of this room.
    public var packed: [UInt8] { PackedAccount(self).bytes.bytes }
}

extension ValueReader {
    /// An account id in its stored form.
    mutating func account() -> AccountID {
        let tag = byte()
        switch tag {
        case 0x01...0x80:
            return AccountID(stored: text(Int(tag)))
        case 0x81...0x88:
            var number: UInt64 = 0
            for _ in 0x80..<tag { number = number << 8 | UInt64(byte()) }
            return AccountID(stored: String(number))
        case PackedAccount.uuidTag:
            return AccountID(stored: uuidText())
        default:
            damaged()
            return AccountID(stored: "")
        }
    }

    private mutating func uuidText() -> String {
        let digits: StaticString = "0123456789abcdef"
        return String(unsafeUninitializedCapacity: 36) { buffer in
            var count = 0
            for index in 0..<16 {
                if index == 4 || index == 6 || index == 8 || index == 10 {
                    buffer[count] = UInt8(ascii: "-")
                    count += 1
                }
                let value = byte()
                buffer[count] = digits.utf8Start[Int(value >> 4)]
                buffer[count + 1] = digits.utf8Start[Int(value & 15)]
                count += 2
            }
            return count
        }
    }

    /// Marks the record as one that cannot be read, by reading beyond its end.
    mutating func damaged() {
        _ = bytes(remaining + 1)
    }

    /// An instant in 6 bytes.
    @inline(__always)
    mutating func instant() -> Timestamp {
        Timestamp(milliseconds: Int64(integer(width: 6)))
    }

    /// A number in its compact form.
    @inline(__always)
    mutating func entity() -> EntityNumber {
        EntityNumber(rawValue: compact())
    }
}
