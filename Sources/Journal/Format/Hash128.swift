/// 128 bits of hash: the chain hash of a frame, or the digest of a state.
public struct Hash128: Hashable, Sendable, CustomStringConvertible {
    /// The low 64 bits.
    public var low: UInt64
    /// The high 64 bits.
    public var high: UInt64

    /// All bits zero: the chain before the first frame, the digest of the empty state.
    public static let zero = Hash128(low: 0, high: 0)

    /// Makes a value from its two halves.
    @inlinable
    public init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// 32 lower-case hexadecimal digits, high half first.
    public var description: String {
        func hex(_ value: UInt64) -> String {
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        return hex(high) + hex(low)
    }

    /// Reads 32 hexadecimal digits, as ``description`` writes them; nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 32, text.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.init(low: low, high: high)
    }

    /// Adds modulo 2^128.
    ///
    /// This is how a record joins an order-independent state digest.
    @inlinable
    public static func &+ (left: Hash128, right: Hash128) -> Hash128 {
        let (low, carry) = left.low.addingReportingOverflow(right.low)
        return Hash128(low: low, high: left.high &+ right.high &+ (carry ? 1 : 0))
    }

    /// Subtracts modulo 2^128.
    ///
    /// This is how a record leaves an order-independent state digest.
    @inlinable
    public static func &- (left: Hash128, right: Hash128) -> Hash128 {
        let (low, borrow) = left.low.subtractingReportingOverflow(right.low)
        return Hash128(low: low, high: left.high &- right.high &- (borrow ? 1 : 0))
    }
}
