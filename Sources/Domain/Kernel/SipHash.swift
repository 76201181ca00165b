internal import Journal

/// SipHash-2-4 of one 64-bit word: a keyed function that nobody can tell from chance without the key.
struct SipHash {
    private let key: Hash128

    init(key: Hash128) {
        self.key = key
    }

    /// The hash of the word's 8 little-endian bytes.
    func hash(_ word: UInt64) -> UInt64 {
        var state = State(key)
        state.absorb(word)
        state.absorb(8 << 56)
        return state.finish()
    }

    private struct State {
        var v0, v1, v2, v3: UInt64

        init(_ key: Hash128) {
            v0 = key.low ^ 0x736f_6d65_7073_6575
            v1 = key.high ^ 0x646f_7261_6e64_6f6d
            v2 = key.low ^ 0x6c79_6765_6e65_7261
            v3 = key.high ^ 0x7465_6462_7974_6573
        }

        mutating func absorb(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }

        mutating func finish() -> UInt64 {
            v2 ^= 0xff
            for _ in 0..<4 { round() }
            return v0 ^ v1 ^ v2 ^ v3
        }

        private mutating func round() {
            v0 &+= v1
            v1 = State.rotate(v1, 13) ^ v0
            v0 = State.rotate(v0, 32)
            v2 &+= v3
            v3 = State.rotate(v3, 16) ^ v2
            v0 &+= v3
            v3 = State.rotate(v3, 21) ^ v0
            v2 &+= v1
            v1 = State.rotate(v1, 17) ^ v2
            v2 = State.rotate(v2, 32)
        }

        @inline(__always)
        private static func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 {
            value &<< bits | value &>> (64 - bits)
        }
    }
}
