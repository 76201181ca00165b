/// A share of all texts of a length: those between two texts, in the order of the table of texts.
///
/// A piece of a big command draws its texts from a share of its own, one behind the other, so the pages of the table that
/// it changes are a few neighbours and not nearly all (`docs/decisions/0047-shares-of-texts.md`). Shares are equally
/// large, so each text has the same chance to be somebody's as where all are drawn from the whole.
struct TextShare: Sendable {
    /// Which one, counted from 0.
    let index: Int
    /// The number of shares.
    let count: Int

    /// The only share, all texts.
    static let whole = TextShare(index: 0, count: 1)

    /// The most characters at the start of a text that a share bounds: 60 bits.
    private static let leadMax = 12

    /// Draws a text of the share, each with the same chance.
    ///
    /// - Precondition: there are at least as many texts of the length as shares.
    func draw(length: Int, using random: inout some RandomNumberGenerator) -> String {
        guard count > 1 else { return CodeAlphabet.random(length: length, using: &random) }
        let lead = min(length, TextShare.leadMax)
        let lowest = first(lead)
        let next = TextShare(index: index + 1, count: count).first(lead)
        precondition(lowest < next, "a share of texts has at least one")
        let value = UInt64.random(in: lowest..<next, using: &random)
        let start = CodeAlphabet.text(value, length: lead)
        return length == lead ? start : start + CodeAlphabet.random(length: length - lead, using: &random)
    }

    /// The first text of the share, as a number.
    private func first(_ lead: Int) -> UInt64 {
        let all = UInt64(1) << UInt64(lead * CodeAlphabet.bitsPerCharacter)
        return UInt64(count).dividingFullWidth(all.multipliedFullWidth(by: UInt64(index))).quotient
    }
}
