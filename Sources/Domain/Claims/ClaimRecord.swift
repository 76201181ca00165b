internal import Store

/// The table of what persons have: one live claim of a person on a thing, because it is one key.
enum ClaimRecord: Record {
    static let table = Tables.claims
    static let name: StaticString = "claims"
    static var personalData: PersonalData<ClaimRecord> {
        PersonalData(fields: [.init("redeemer", .account)], erasure: .renamed) { key, _ in key.redeemer }
    }

    static func decode(_ id: ClaimKey, _ bytes: RawSpan) throws(RecordDamage) -> ClaimEntry {
        switch id.kind {
        case .code, .campaign: .owner(try ClaimOwner(decoding: bytes))
        case .accountClaims: .accountClaims(try AccountClaims(decoding: bytes))
        }
    }

    static func encode(_ entry: ClaimEntry, to writer: inout ValueWriter) {
        switch entry {
        case .owner(let owner): owner.encode(to: &writer)
        case .accountClaims(let accountClaims): accountClaims.encode(to: &writer)
        }
    }

    /// It is that of a live row of the same person on the same thing; records of claims add up.
    static func check<State: StateScanning>(
        _ id: ClaimKey, _ entry: ClaimEntry, in check: inout InvariantCheck<State>
    ) {
        switch entry {
        case .accountClaims(let accountClaims): checkStanding(accountClaims, id, in: &check)
        case .owner(let owner):
            checkClaim(
                owner, of: id.redeemer, code: id.kind == .code ? id.number : nil,
                campaign: id.kind == .code ? nil : id.number, id.tenant, in: &check)
        }
    }

    /// - Parameters:
    ///   - owner: The claim.
    ///   - redeemer: The person who has it.
    ///   - code: The code; nil for a campaign without one.
    ///   - campaign: The campaign; nil where the record of the claim does not name one.
    ///   - tenant: The tenant.
    ///   - check: The check that notes faults.
    private static func checkClaim<State: StateScanning>(
        _ owner: ClaimOwner, of redeemer: AccountID, code: EntityNumber?, campaign: EntityNumber?,
        _ tenant: TenantNumber, in check: inout InvariantCheck<State>
    ) {
        let place = "a claim on number \((code ?? campaign)?.rawValue ?? 0)"
        guard let live = check.live(owner, tenant) else {
            return check.require(false, "claim", "\(place) is of a row that is not live")
        }
        check.require(
            live.redeemer == redeemer && live.code == code && (campaign == nil || live.campaign == campaign), "claim",
            "\(place) is of a row that is another's")
        guard let campaign = live.campaign else { return }
        check.require(
            check.accountClaims(of: redeemer, in: campaign, tenant).places > 0, "standing",
            "a person with a claim in campaign \(campaign.rawValue) has no standing there")
    }

    private static func checkStanding<State: StateScanning>(
        _ accountClaims: AccountClaims, _ id: ClaimKey, in check: inout InvariantCheck<State>
    ) {
        let campaign = id.number
        if let first = accountClaims.first {
            checkClaim(first.owner, of: id.redeemer, code: first.code, campaign: campaign, id.tenant, in: &check)
        }
        var places: UInt64 = 0
        check.forEachClaim(of: id.redeemer, id.tenant) { owner in
            guard let live = check.live(owner, id.tenant), live.campaign == campaign else { return }
            places += UInt64(live.quantity)
        }
        check.require(
            accountClaims.places == places, "standing",
            "a standing in campaign \(campaign.rawValue) says \(accountClaims.places) places, its claims have \(places)"
        )
    }
}
