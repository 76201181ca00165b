import Domain

/// The places that are left of a code or a campaign.
enum AvailabilityAnswer: Resource {
    static let schemaName = "AvailabilityAnswer"
    static let members: [Member<Availability>] = [
        Member("remaining", "The places that are left under all limits; null for no limit, 0 for what is over.") {
            $0.remaining
        },
        Member("held", "The places of live holds under that limit: they can come back.") { $0.held },
        Member("open", "True while claims are let in, however many places are left.") { $0.refusal == nil },
        .optional("reason", "The reason why they are not.") { $0.refusal.map { ClosedReason($0) } },
        Member("starts_at", "When the campaign opens; null for at once.") { $0.startsAt },
        Member("ends_at", "When it is over: the end of the campaign or of the code, the earlier one; null for never.") {
            $0.endsAt
        },
    ]
}
