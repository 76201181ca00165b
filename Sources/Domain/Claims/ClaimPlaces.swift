internal import Store

/// The places that one claim takes under all limits: copies of the counters, checked in order, written together.
///
/// Taking changes only the copies. Nothing reaches the state before ``write(for:tenant:state:)``, so a
/// refusal at any point leaves no trace.
struct ClaimPlaces {
    let quantity: UInt64
    let column: CapacityCounter.Column
    private(set) var code: CapacityCounter?
    private(set) var campaign: CapacityCounter?
    private var codeSpot: RecordSpot?
    private var campaignSpot: RecordSpot?
    /// No claim has ever touched the code's counter, nor has an administrator.
    private(set) var isFirstOfCode = false
    /// Places were refused of which holds have some.
    private(set) var isShortBesideHolds = false

    init(_ quantity: UInt32, as column: CapacityCounter.Column) {
        self.quantity = UInt64(quantity)
        self.column = column
    }

    /// Takes places of the code, if there is one.
    @inline(__always)
    mutating func takeFromCode(of subject: borrowing ResolvedTarget, tenant: TenantNumber, state: some StateReading)
        -> Refusal?
    {
        guard subject.codeGate != nil else { return nil }
        var counter: CapacityCounter
        if let number = subject.code {
            (counter, codeSpot) = state.locateCapacity(.code, number, tenant: tenant)
        } else {
            counter = CapacityCounter(limit: subject.signed?.maxUses ?? 0)
        }
        isFirstOfCode = counter.isUntouched
        guard counter.take(quantity, as: column) else {
            isShortBesideHolds = counter.held > 0
            return Refusal(.exhausted, limit: .code, remaining: counter.free)
        }
        code = counter
        return nil
    }

    /// Looks whether the person may have that many more in the campaign, if there is one.
    @inline(__always)
    func refusalOfPerson(_ accountClaims: borrowing AccountClaims, of subject: borrowing ResolvedTarget) -> Refusal? {
        guard let gate = subject.campaignGate else { return nil }
        let left = gate.perUserLimit > accountClaims.places ? gate.perUserLimit - accountClaims.places : 0
        guard quantity <= left else { return Refusal(.limitReached, limit: .user, remaining: left) }
        return nil
    }

    /// Takes places of the campaign, if there is one.
    @inline(__always)
    mutating func takeFromCampaign(of subject: borrowing ResolvedTarget, tenant: TenantNumber, state: some StateReading)
        -> Refusal?
    {
        guard let number = subject.campaign else { return nil }
        var counter: CapacityCounter
        (counter, campaignSpot) = state.locateCapacity(.campaign, number, tenant: tenant)
        guard counter.take(quantity, as: column) else {
            isShortBesideHolds = counter.held > 0
            return Refusal(.exhausted, limit: .campaign, remaining: counter.free)
        }
        campaign = counter
        return nil
    }

    /// Writes what was taken.
    ///
    /// - Precondition: everything was taken without a refusal, and the code has its row and counter.
    @inline(__always)
    func write(for subject: borrowing ResolvedTarget, tenant: TenantNumber, state: Transaction) {
        if let number = subject.code, let code {
            state.setCounter(Tables.counters, RecordKeys.target(tenant, .code, number), at: codeSpot, code)
        }
        if let number = subject.campaign, let campaign {
            state.setCounter(Tables.counters, RecordKeys.target(tenant, .campaign, number), at: campaignSpot, campaign)
        }
    }
}

extension ClaimPlaces {
    /// Writes down that the campaign has no free place any more, if these were its last.
    @inline(__always)
    func recordSoldOut(_ subject: borrowing ResolvedTarget, tenant: TenantNumber, in context: borrowing DecisionContext)
    {
        guard let campaign, campaign.free == 0, let number = subject.campaign else { return }
        context.record(.campaignSoldOut, number, of: tenant)
    }
}

extension StateReading {
    /// The counter of a code or campaign that exists.
    @inline(__always)
    func capacity(_ kind: TargetKind, _ number: EntityNumber, tenant: TenantNumber) -> CapacityCounter {
        locateCapacity(kind, number, tenant: tenant).counter
    }

    /// The counter of a code or campaign that exists, and where it is.
    @inline(__always)
    func locateCapacity(
        _ kind: TargetKind, _ number: EntityNumber, tenant: TenantNumber
    ) -> (counter: CapacityCounter, spot: RecordSpot?) {
        let (counter, spot) = locate(Tables.counters, RecordKeys.target(tenant, kind, number)) { bytes in
            guard let counter = CapacityCounter(decoding: bytes) else { damagedRecord("counters") }
            return counter
        }
        guard let counter else { damagedRecord("counters") }
        return (counter, spot)
    }

    /// The live redemptions of a campaign.
    @inline(__always)
    func tally(_ campaign: EntityNumber, tenant: TenantNumber) -> UInt64 {
        read(Tables.tallies, RecordKeys.target(tenant, .campaign, campaign)) { Tally.decode($0) } ?? 0
    }
}
