internal import Store

/// The claims of one person in one campaign: the places of all live ones, and the first of them in full.
///
/// Most people have one claim in a campaign. For them this one record answers "did they claim this already?" and
/// "how many places do they have?", and a claim writes one randomly keyed record instead of two.
struct AccountClaims: Equatable {
    /// A live claim that is kept in the person's record of claims itself.
    struct First: Equatable {
        /// The code that was claimed; nil: the campaign, without a code.
        var code: EntityNumber?
        var owner: ClaimOwner
    }

    /// The places of the person's live holds and redemptions; 0 means that there is no record.
    private(set) var places: UInt64 = 0
    /// Nil when that claim has ended and others are left.
    private(set) var first: First?

    /// The claim on a code, or on the campaign without one, if it is the first.
    func owner(of code: EntityNumber?) -> ClaimOwner? {
        guard let first, first.code == code else { return nil }
        return first.owner
    }

    /// Adds a claim.
    ///
    /// - Returns: whether the claim is the first, so that it needs no record of its own.
    mutating func enter(_ code: EntityNumber?, _ owner: ClaimOwner, places more: UInt64) -> Bool {
        places += more
        guard first == nil else { return false }
        first = First(code: code, owner: owner)
        return true
    }

    /// Takes off a claim.
    ///
    /// - Returns: whether it was the first.
    mutating func leave(_ code: EntityNumber?, places less: UInt64) -> Bool {
        precondition(places >= less, "a person gives back no more places than they have")
        places -= less
        guard let first, first.code == code else { return false }
        self.first = nil
        return true
    }

    /// Names a new owner of the claim if it is the first.
    ///
    /// - Returns: whether it is.
    mutating func replaceOwner(of code: EntityNumber?, by owner: ClaimOwner) -> Bool {
        guard let first, first.code == code else { return false }
        self.first = First(code: code, owner: owner)
        return true
    }

    func encode(to writer: inout ValueWriter) {
        writer.append(compact: places)
        guard let first else { return }
        first.owner.encode(to: &writer)
        if let code = first.code { writer.append(entity: code) }
    }

    /// Nothing.
    init() {}

    /// Reads a person's record of claims.
    @inline(__always)
    init(decoding bytes: RawSpan) throws(RecordDamage) {
        var reader = ValueReader(bytes)
        places = reader.compact()
        if reader.remaining > 0 {
            let owner = try ClaimOwner.read(&reader)
            first = First(code: reader.remaining > 0 ? reader.entity() : nil, owner: owner)
        }
        try reader.finish()
        guard places > 0 else { throw .value }
    }

    /// Reads a person's record of claims, which is one.
    static func decode(_ bytes: RawSpan) -> AccountClaims {
        trusted("claims") { () throws(RecordDamage) in try AccountClaims(decoding: bytes) }
    }
}

extension StateReading {
    /// Reads the claims of a person in a campaign; empty without a campaign.
    @inline(__always)
    func accountClaims(
        of person: borrowing PackedAccount, in campaign: EntityNumber?, tenant: TenantNumber
    ) -> AccountClaims {
        guard let campaign else { return AccountClaims() }
        return read(Tables.claims, RecordKeys.claim(tenant, person, .accountClaims, campaign)) {
            AccountClaims.decode($0)
        }
            ?? AccountClaims()
    }

    /// Reads the claim of a person on a code, or on a campaign without one.
    ///
    /// - Parameters:
    ///   - person: The person.
    ///   - code: The code; nil for a campaign without one.
    ///   - campaign: The campaign; nil when there is none.
    ///   - accountClaims: The person's claims in `campaign`.
    ///   - tenant: The tenant.
    /// - Returns: The claim; nil when there is none.
    @inline(__always)
    func claimOwner(
        of person: borrowing PackedAccount, code: EntityNumber?, campaign: EntityNumber?,
        accountClaims: borrowing AccountClaims, tenant: TenantNumber
    ) -> ClaimOwner? {
        if campaign != nil {
            guard accountClaims.places > 0 else { return nil }
            if let owner = accountClaims.owner(of: code) { return owner }
        }
        return read(Tables.claims, RecordKeys.claim(tenant, person, code: code, campaign: campaign)) {
            ClaimOwner.decode(record: $0)
        }
    }
}

extension StateScanning {
    /// Visits a person's live claims, in no order that means anything, until `visit` says no.
    func forEachClaim(
        of person: PackedAccount, tenant: TenantNumber, _ visit: (ClaimOwner) -> Bool
    ) {
        let prefix = RecordKeys.person(tenant, person)
        scan(Tables.claims, prefix: prefix, from: nil, descending: false) { key, value in
            var reader = ValueReader(key.afterPrefix(prefix.count))
            switch ClaimKeyKind(rawValue: reader.byte()) {
            case .accountClaims: return AccountClaims.decode(value).first.map { visit($0.owner) } ?? true
            case .code, .campaign:
                return visit(ClaimOwner.decode(record: value))
            case nil: damagedRecord("claims")
            }
        }
    }
}

extension ClaimWriter {
    /// Notes that the redeemer has a live claim.
    ///
    /// - Parameters:
    ///   - owner: The claim.
    ///   - code: The code that is claimed; nil for a campaign without one.
    ///   - campaign: The campaign; nil when there is none.
    ///   - places: The number of places of the claim.
    ///   - accountClaims: The redeemer's record of claims in `campaign`, as the state has it.
    ///   - spot: The place of the record of claims, or of the claim when there is no campaign; nil where neither was
    ///     looked for.
    /// - Precondition: the redeemer has no live claim on the same thing.
    @inline(__always)
    func enter(
        _ owner: ClaimOwner, code: EntityNumber?, campaign: EntityNumber?, places: UInt64, accountClaims: AccountClaims,
        at spot: RecordSpot? = nil
    ) {
        if let campaign {
            let isNew = accountClaims.places == 0
            var accountClaims = accountClaims
            let isFirst = accountClaims.enter(code, owner, places: places)
            let key = RecordKeys.claim(tenant, redeemer, .accountClaims, campaign)
            if isNew {
                state.insert(Tables.claims, key, at: spot) { accountClaims.encode(to: &$0) }
            } else {
                state.put(Tables.claims, key, at: spot) { accountClaims.encode(to: &$0) }
            }
            if isFirst { return }
        }
        let own = RecordKeys.claim(tenant, redeemer, code: code, campaign: campaign)
        state.insert(Tables.claims, own, at: campaign == nil ? spot : nil) { owner.encode(to: &$0) }
    }

    /// Notes that the redeemer's live claim has become something else.
    func replaceOwner(by owner: ClaimOwner, code: EntityNumber?, campaign: EntityNumber?) {
        if let campaign {
            var accountClaims = state.accountClaims(of: redeemer, in: campaign, tenant: tenant)
            if accountClaims.replaceOwner(of: code, by: owner) {
                state.put(Tables.claims, RecordKeys.claim(tenant, redeemer, .accountClaims, campaign)) {
                    accountClaims.encode(to: &$0)
                }
                return
            }
        }
        state.put(Tables.claims, RecordKeys.claim(tenant, redeemer, code: code, campaign: campaign)) {
            owner.encode(to: &$0)
        }
    }

    /// Notes that the redeemer's live claim has ended.
    func leave(code: EntityNumber?, campaign: EntityNumber?, places: UInt64) {
        if let campaign {
            var accountClaims = state.accountClaims(of: redeemer, in: campaign, tenant: tenant)
            let wasFirst = accountClaims.leave(code, places: places)
            let key = RecordKeys.claim(tenant, redeemer, .accountClaims, campaign)
            if accountClaims.places == 0 {
                state.remove(Tables.claims, key)
            } else {
                state.put(Tables.claims, key) { accountClaims.encode(to: &$0) }
            }
            if wasFirst { return }
        }
        state.remove(Tables.claims, RecordKeys.claim(tenant, redeemer, code: code, campaign: campaign))
    }
}
