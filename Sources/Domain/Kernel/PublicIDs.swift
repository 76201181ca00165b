public import Journal
public import Store

/// Turns internal numbers into the ids that the API shows, and back: a keyed permutation of 1…2^52−1.
///
/// An id says nothing of the order or the volume of things, fits a JSON number that JavaScript keeps exact, and
/// needs no table. A balanced Feistel network of two halves of 26 bits, 6 rounds with SipHash-2-4, so that the
/// way back is the same way against the order; the id 0 is walked past.
public struct PublicIDs: Sendable {
    /// The largest id, and the largest number that has one.
    public static let idMax: UInt64 = (1 << 52) - 1

    private static let rounds: UInt64 = 6
    private static let halfBits: UInt64 = 26
    private static let halfMask: UInt64 = (1 << 26) - 1

    private let function: SipHash

    /// Makes the permutation of a secret.
    public init(secret: Hash128) {
        function = SipHash(key: secret)
    }

    /// The permutation of a state; nil before ``Bootstrap/run(in:)``.
    public static func load(from state: some StateReading) -> PublicIDs? {
        guard case .publicIDSecret(let secret)? = state.find(SettingRecord.self, .publicIDSecret) else { return nil }
        return PublicIDs(secret: secret)
    }

    /// The id that a number is shown as.
    ///
    /// - Precondition: the number is in 1…2^52−1.
    public func id(_ number: EntityNumber) -> UInt64 {
        precondition((1...PublicIDs.idMax).contains(number.rawValue), "numbers with an id are in 1…2^52−1")
        let id = permute(number.rawValue)
        return id != 0 ? id : permute(0)
    }

    /// The number behind an id; nil outside of 1…2^52−1.
    ///
    /// The number need not be that of a thing.
    public func number(_ id: UInt64) -> EntityNumber? {
        guard (1...PublicIDs.idMax).contains(id) else { return nil }
        let number = unpermute(id)
        return EntityNumber(rawValue: number != 0 ? number : unpermute(0))
    }

    private func permute(_ value: UInt64) -> UInt64 {
        var left = value >> PublicIDs.halfBits
        var right = value & PublicIDs.halfMask
        for round in 0..<PublicIDs.rounds {
            (left, right) = (right, left ^ mix(round, right))
        }
        return left << PublicIDs.halfBits | right
    }

    private func unpermute(_ value: UInt64) -> UInt64 {
        var left = value >> PublicIDs.halfBits
        var right = value & PublicIDs.halfMask
        for round in (0..<PublicIDs.rounds).reversed() {
            (left, right) = (right ^ mix(round, left), left)
        }
        return left << PublicIDs.halfBits | right
    }

    private func mix(_ round: UInt64, _ half: UInt64) -> UInt64 {
        function.hash(round << 56 | half) & PublicIDs.halfMask
    }
}
