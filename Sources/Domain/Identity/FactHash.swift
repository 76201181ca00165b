internal import Journal
internal import Store

/// A fact about the one who claims, as a keyed hash of 128 bits: the only form in which it enters the sequencer, the
/// tables and the journal.
///
/// Equal facts of one tenant have equal hashes, on every node and for ever; the hashes of two tenants say nothing of
/// each other. ``IdentityKey`` makes them.
public struct FactHash: Hashable, Sendable, CustomStringConvertible {
    /// The bytes that a hash is stored in.
    public static let byteCount = 16

    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Takes the first 16 bytes, most significant first.
    init(_ bytes: some Sequence<UInt8>) {
        var (high, low) = (UInt64(0), UInt64(0))
        for (index, byte) in bytes.prefix(FactHash.byteCount).enumerated() {
            if index < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
        }
        self.init(high: high, low: low)
    }

    /// Reads the text of a hash; nil for any other text.
    public init?(_ text: String) {
        guard text.utf8.count == 32, text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
            let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    /// 32 hexadecimal digits in lower case.
    public var description: String {
        [high, low].map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }

    func append(to key: inout Key) {
        key.append(bigEndian: high)
        key.append(bigEndian: low)
    }

    func append(to writer: inout ValueWriter) {
        writer.append(high.bigEndian)
        writer.append(low.bigEndian)
    }
}

extension ValueReader {
    /// A hash in its 16 bytes.
    mutating func factHash() -> FactHash {
        let (high, low): (UInt64, UInt64) = (integer(), integer())
        return FactHash(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low))
    }
}
