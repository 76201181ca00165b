import Domain

/// The kind of names of redeemers: short sequential names, or UUIDs, which no compressor makes shorter than 16 bytes.
public enum Redeemers: String, Codable, Sendable, CaseIterable {
    /// `user-<number>`.
    case sequential
    /// A random-looking UUID in lower case, the same for the same number.
    case uuid

    func account(_ number: Int) -> AccountID {
        guard let account = AccountID(text(number)) else { preconditionFailure("a name has 1…128 bytes") }
        return account
    }

    func text(_ number: Int) -> String {
        switch self {
        case .sequential: return "user-\(number)"
        case .uuid:
            let high = hex(mix(UInt64(number)))
            let low = hex(mix(UInt64(number) ^ 0xA5A5_5A5A_0F0F_F0F0))
            return high.prefix(8) + "-" + high.dropFirst(8).prefix(4) + "-" + high.suffix(4) + "-" + low.prefix(4)
                + "-" + low.suffix(12)
        }
    }

    private func mix(_ seed: UInt64) -> UInt64 {
        var mixed = seed &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    private func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
