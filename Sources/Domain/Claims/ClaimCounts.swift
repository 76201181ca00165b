/// Counts claims by outcome.
///
/// Claims are counted where they are decided, by every way that they can take: ``Claims/decide(_:in:)`` and
/// ``Holds/confirm(_:tenant:in:)``.
public struct ClaimCounts: Sendable {
    /// Answered with a new redemption.
    public var redeemed: UInt64 = 0
    /// Answered with a new hold.
    public var held: UInt64 = 0
    /// Answered with what the redeemer had already.
    public var replayed: UInt64 = 0
    private var refusals = PerCase<RefusalReason, UInt64>()

    /// All zero.
    public init() {}

    /// Refused, by reason.
    public func refused(_ reason: RefusalReason) -> UInt64 { refusals[reason] }

    /// All of them.
    public var decided: UInt64 { refusals.numbers.reduce(redeemed + held + replayed, +) }

    /// Counts one claim.
    @inline(__always)
    mutating func count(_ outcome: borrowing ClaimOutcome) {
        switch outcome {
        case .redeemed(_, already: false): redeemed += 1
        case .held(_, already: false): held += 1
        case .redeemed, .held: replayed += 1
        case .refused(let refusal): refusals[refusal.reason] += 1
        }
    }
}
