/// The codes of a run, and the assignment of redeemers to them.
public struct ClaimTargets: Sendable {
    /// The campaign's id.
    public let campaign: UInt64
    /// The texts of the codes.
    let codes: [[UInt8]]
    /// Their ids, in the same order.
    let ids: [UInt64]
    /// The places of each.
    let places: Int
    private let offset: Int

    init(campaign: UInt64, codes: [(id: UInt64, text: String)], places: Int, seed: UInt64) {
        precondition(!codes.isEmpty, "a run has a code")
        self.campaign = campaign
        self.codes = codes.map { Array($0.text.utf8) }
        ids = codes.map(\.id)
        self.places = places
        offset = Int(truncatingIfNeeded: RandomNumbers.mix(seed) >> 20)
    }

    /// The index of the code that a redeemer wants: an order that looks random and visits all codes alike.
    @inline(__always)
    func index(of number: Int) -> Int {
        codes.count == 1 ? 0 : (number &+ offset) &* 1_000_003 % codes.count
    }
}
