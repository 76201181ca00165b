public import Journal

/// The cause of an `ineligible`: the campaign takes no claim of this kind at present.
public struct Ineligibility: Equatable, Sendable {
    /// The cause.
    public var reason: IneligibleReason
    /// When the campaign opens, where that is the cause.
    public var startsAt: Timestamp?
    /// The last instant at which it was open, where that is the cause.
    public var endsAt: Timestamp?

    /// Names a cause.
    public init(_ reason: IneligibleReason, startsAt: Timestamp? = nil, endsAt: Timestamp? = nil) {
        self.reason = reason
        self.startsAt = startsAt
        self.endsAt = endsAt
    }
}
