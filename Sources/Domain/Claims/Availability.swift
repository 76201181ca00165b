public import Journal
public import Store

/// The places that are left under a code or in a campaign, and if they are given out at present.
public struct Availability: Equatable, Sendable {
    /// The places that are left under all limits, for claims now or from the opening on; nil for no limit, and 0 for what
    /// is over.
    public var remaining: UInt64?
    /// The places of live holds under the limit that ``remaining`` is counted by: they can come back.
    public var held: UInt64
    /// The refusal that every claim would get, however many places are left; nil while claims are let in.
    public var refusal: Refusal?
    /// When the campaign opens; nil for at once.
    public var startsAt: Timestamp?
    /// When it is over: the end of the campaign or of the code, the earlier one; nil for never.
    public var endsAt: Timestamp?

    /// Makes a value.
    public init(
        remaining: UInt64?, held: UInt64, refusal: Refusal? = nil, startsAt: Timestamp? = nil,
        endsAt: Timestamp? = nil
    ) {
        self.remaining = remaining
        self.held = held
        self.refusal = refusal
        self.startsAt = startsAt
        self.endsAt = endsAt
    }
}

extension Claims {
    /// Says what is left of a code or a campaign; nil where there is none.
    ///
    /// Knows no redeemer and writes nothing. Full is not closed: a code without a free place is open.
    public static func availability(
        of target: ClaimTarget, tenant: TenantNumber, state: some StateReading, now: Timestamp
    ) -> Availability? {
        guard let subject = subject(of: target, tenant: tenant, state: state) else { return nil }
        let campaign = subject.campaign.map { state.capacity(.campaign, $0, tenant: tenant) }
        let code: CapacityCounter? =
            if let number = subject.code {
                state.capacity(.code, number, tenant: tenant)
            } else {
                subject.signed.map { CapacityCounter(limit: $0.maxUses) }
            }
        let counters = [code, campaign].compactMap { $0 }
        guard let tightest = counters.min(by: { $0.free < $1.free }) else { return nil }
        let refusal = subject.refusalOfType ?? subject.refusalOfCode(at: now) ?? subject.refusalOfCampaign(at: now)
        let gate = subject.campaignGate
        return Availability(
            remaining: isOver(refusal) ? 0 : tightest.isLimited ? tightest.free : nil, held: tightest.held,
            refusal: refusal, startsAt: gate?.startsAt,
            endsAt: [gate?.endsAt, subject.codeGate?.expiresAt].compactMap { $0 }.min())
    }

    private static func subject(
        of target: ClaimTarget, tenant: TenantNumber, state: some StateReading
    ) -> ResolvedTarget? {
        switch target {
        case .campaign(let key): return ResolvedTarget(campaignKey: key, tenant: tenant, state: state)
        case .code(let text):
            let pending = PendingRanges(reading: state)
            guard case .found(let found) = ResolvedTarget.find(text, tenant: tenant, state: state, pending: pending)
            else { return nil }
            return found
        }
    }

    /// True for a refusal that waiting does not lift.
    private static func isOver(_ refusal: Refusal?) -> Bool {
        switch refusal?.reason {
        case .revoked, .expired: true
        case .ineligible: refusal?.ineligibility?.reason == .ended
        default: false
        }
    }
}
