internal import Journal
internal import Store

/// The target of a claim, found and read once.
struct ResolvedTarget {
    /// The code, unless a campaign is claimed without one, or a signed code has no row yet.
    var code: EntityNumber?
    /// The front of the code's row; nil when a campaign is claimed without a code.
    var codeGate: CodeGate?
    /// The campaign, unless the code stands alone.
    var campaign: EntityNumber?
    /// The front of the campaign's row.
    var campaignGate: CampaignGate?
    /// The terms of a valid signed code that nobody has claimed yet: its row is made with the first claim.
    var signed: SignedPayload?
    /// Who refers with it, and what that is worth; nil for what refers nobody, and for a code that was found by its text
    /// alone.
    var referral: ReferralTerms?

    /// The result of finding a target.
    enum Lookup {
        case found(ResolvedTarget)
        case refused(Refusal)
    }

    /// True if it can have claims; false while a signed code has no row.
    @inline(__always)
    var exists: Bool { codeGate == nil || code != nil }

    /// Finds what a target names.
    ///
    /// Unknown is `invalid`; a campaign that needs a code is `ineligible`.
    @inline(__always)
    static func find(
        _ target: ClaimTarget, tenant: TenantNumber, state: some StateReading, pending: borrowing PendingRanges
    ) -> Lookup {
        switch target {
        case .code(let text): find(text, tenant: tenant, state: state, pending: pending)
        case .campaign(let key): find(campaignKey: key, tenant: tenant, state: state)
        }
    }

    /// Finds a code by its text, or by its signature.
    ///
    /// - Parameters:
    ///   - text: The text of the code.
    ///   - tenant: The tenant.
    ///   - state: The state to look in.
    ///   - pending: The pending codes of that state.
    /// - Returns: The code and its campaign, or the refusal.
    static func find(
        _ text: CodeText, tenant: TenantNumber, state: some StateReading, pending: borrowing PendingRanges
    ) -> Lookup {
        if let number = Codes.owner(of: text, tenant: tenant, state: state) {
            guard !pending.contains(number) else { return .refused(Refusal(.invalid)) }
            return .found(ResolvedTarget(existing: number, tenant: tenant, state: state, pending: pending))
        }
        guard let payload = SignedPayload.verify(text, tenant: tenant, state: state) else {
            return .refused(Refusal(.invalid))
        }
        let gate = CodeGate(kind: .signed, campaign: payload.campaign, expiresAt: payload.expiresAt, revokedAt: nil)
        var subject = ResolvedTarget(codeGate: gate, signed: payload)
        subject.attach(payload.campaign, tenant: tenant, state: state)
        return .found(subject)
    }

    private static func find(campaignKey: String, tenant: TenantNumber, state: some StateReading) -> Lookup {
        guard let subject = ResolvedTarget(campaignKey: campaignKey, tenant: tenant, state: state) else {
            return .refused(.unknown(.campaign(campaignKey)))
        }
        if let refusal = subject.refusalOfType { return .refused(refusal) }
        return .found(subject)
    }

    /// Finds a campaign by its key, of whatever type it is; nil when there is none.
    init?(campaignKey: String, tenant: TenantNumber, state: some StateReading) {
        guard let number = Campaigns.number(key: campaignKey, tenant: tenant, state: state),
            let gate = Campaigns.gate(number, tenant: tenant, state: state)
        else { return nil }
        self.init(campaign: number, campaignGate: gate)
        attachReferral(tenant: tenant, state: state)
    }

    /// Reads the subject of a claim that exists.
    init(of hold: Hold, tenant: TenantNumber, state: some StateReading, pending: borrowing PendingRanges) {
        if let code = hold.code {
            self.init(existing: code, tenant: tenant, state: state, pending: pending)
        } else {
            self.init()
            attach(hold.campaign, tenant: tenant, state: state)
        }
        attachReferral(tenant: tenant, state: state)
    }

    private init(
        existing code: EntityNumber, tenant: TenantNumber, state: some StateReading, pending: borrowing PendingRanges
    ) {
        guard var gate = Codes.gate(code, tenant: tenant, state: state) else { damagedRecord("code_texts") }
        if gate.revokedAt == nil {
            gate.revokedAt = pending.revocation(of: code, in: gate.campaign, tenant: tenant)
        }
        self.init(code: code, codeGate: gate)
        attach(gate.campaign, tenant: tenant, state: state)
    }

    private init(
        code: EntityNumber? = nil, codeGate: CodeGate? = nil, campaign: EntityNumber? = nil,
        campaignGate: CampaignGate? = nil, signed: SignedPayload? = nil
    ) {
        self.code = code
        self.codeGate = codeGate
        self.campaign = campaign
        self.campaignGate = campaignGate
        self.signed = signed
    }

    @inline(__always)
    private mutating func attach(_ campaign: EntityNumber?, tenant: TenantNumber, state: some StateReading) {
        guard let campaign else { return }
        guard let gate = Campaigns.gate(campaign, tenant: tenant, state: state) else { damagedRecord("codes") }
        self.campaign = campaign
        campaignGate = gate
    }

    /// True if the rows say that it refers, or that its campaign has a policy.
    @inline(__always)
    var refers: Bool { codeGate?.hasIssuer ?? false || campaignGate?.hasRewardPolicy ?? false }

    /// Reads who refers and by which policy, where the rows say that there is any.
    ///
    /// - Parameters:
    ///   - known: The policy of the campaign, where it was read before.
    ///   - tenant: The tenant.
    ///   - state: The state to look in.
    @inline(__always)
    mutating func attachReferral(_ known: RewardPolicy? = nil, tenant: TenantNumber, state: some StateReading) {
        guard refers else { return }
        referral = ReferralTerms(of: self, known, tenant: tenant, state: state)
    }

    /// `ineligible`, where a campaign with codes is claimed by its key.
    var refusalOfType: Refusal? {
        guard codeGate == nil, let gate = campaignGate, gate.type != .capacity else { return nil }
        return Refusal(Ineligibility(.wrongType))
    }

    /// The refusal that ends a live hold; nil where its promise stands, whatever else has happened since.
    @inline(__always)
    var refusalOfPromise: Refusal? { codeGate?.revokedAt == nil ? nil : Refusal(.revoked) }

    /// `revoked` or `expired`, where the code is.
    @inline(__always)
    func refusalOfCode(at now: Timestamp) -> Refusal? {
        guard let gate = codeGate else { return nil }
        if gate.revokedAt != nil { return Refusal(.revoked) }
        if let expiresAt = gate.expiresAt, now >= expiresAt { return Refusal(.expired) }
        return nil
    }

    /// `ineligible`, where the campaign is not open.
    @inline(__always)
    func refusalOfCampaign(at now: Timestamp) -> Refusal? {
        guard let cause = campaignGate?.ineligibility(at: now) else { return nil }
        return Refusal(cause)
    }
}
