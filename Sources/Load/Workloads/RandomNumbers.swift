/// Numbers that look random and are the same for the same seed.
struct RandomNumbers: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return RandomNumbers.mix(state)
    }

    /// Spreads a number over all 64 bits; different numbers stay different.
    static func mix(_ number: UInt64) -> UInt64 {
        var mixed = number
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// The number that ``mix(_:)`` made this from.
    static func unmix(_ mixed: UInt64) -> UInt64 {
        var number = mixed ^ (mixed >> 31) ^ (mixed >> 62)
        number = number &* 0x3196_42B2_D24D_8EC3
        number = number ^ (number >> 27) ^ (number >> 54)
        number = number &* 0x96DE_1B17_3F11_9089
        return number ^ (number >> 30) ^ (number >> 60)
    }
}
