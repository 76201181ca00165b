/// A refusal: the reason and, where a limit was hit, which one and what is left under it.
public struct Refusal: Equatable, Sendable {
    /// The first reason that applies.
    public var reason: RefusalReason
    /// The limit that was hit.
    public var limit: LimitKind?
    /// The places left under that limit, where that is a number.
    public var remaining: UInt64?
    /// The cause of an `ineligible`; nil for every other reason.
    public var ineligibility: Ineligibility?
    /// True for an `invalid` that is about a campaign, and not about a code.
    public var isOfCampaign = false

    /// Makes a refusal.
    public init(_ reason: RefusalReason, limit: LimitKind? = nil, remaining: UInt64? = nil) {
        self.reason = reason
        self.limit = limit
        self.remaining = remaining
    }

    /// Makes the `invalid` of a target that is not there.
    public static func unknown(_ target: ClaimTarget) -> Refusal {
        var refusal = Refusal(.invalid)
        if case .campaign = target { refusal.isOfCampaign = true }
        return refusal
    }

    /// Makes an `ineligible`.
    public init(_ ineligibility: Ineligibility) {
        self.init(.ineligible)
        self.ineligibility = ineligibility
    }
}
