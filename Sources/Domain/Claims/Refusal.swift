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

    /// Makes a refusal.
    public init(_ reason: RefusalReason, limit: LimitKind? = nil, remaining: UInt64? = nil) {
        self.reason = reason
        self.limit = limit
        self.remaining = remaining
    }

    /// Makes an `ineligible`.
    public init(_ ineligibility: Ineligibility) {
        self.init(.ineligible)
        self.ineligibility = ineligibility
    }
}
