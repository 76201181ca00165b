internal import Journal
internal import Store

/// The part of referrals that belongs to the claim.
extension Referrals {
    /// Finds who brought the one who claims; nil where nobody did, or nobody may have.
    ///
    /// The first referrer of a person in a programme is the only one, for ever. Nobody brings themselves, also not under
    /// another account with the same e-mail address. Who has brought somebody in the programme is not brought any more:
    /// so a chain grows at its end only, its depth is exact, and there is no cycle.
    ///
    /// Where there is somebody, the number behind that of the redemption is taken for the referral.
    ///
    /// - Parameters:
    ///   - redemption: The redemption of the claim, whose number was taken just before; it is told if it has a referral.
    ///   - writer: The writer of the claim.
    ///   - email: The e-mail address that came with the claim.
    ///   - terms: The part of the claim's target that refers.
    ///   - context: The context of the claim.
    /// - Returns: The one who brought them.
    /// - Complexity: at most four point reads.
    static func attribution(
        of redemption: inout Redemption, _ writer: ClaimWriter, email: FactHash?, by terms: ReferralTerms,
        in context: inout DecisionContext
    ) -> Attribution? {
        guard let referrer = inviter(of: redemption.invitation) ?? terms.issuer else { return nil }
        let (state, tenant) = (writer.state, writer.tenant)
        let packedReferrer = PackedAccount(referrer)
        guard referrer != redemption.redeemer,
            !isAlias(writer.redeemer, email, of: packedReferrer, tenant: tenant, state: state)
        else {
            context.noteSelfReferral(by: redemption.redeemer, of: tenant)
            return nil
        }
        let scope = terms.policy?.family ?? 0
        let own = state.standing(of: writer.redeemer, in: scope, tenant: tenant)
        guard own.referral == nil, own.made == 0 else { return nil }
        let number = context.makeNumber()
        precondition(
            number == Referral.number(of: redemption.number), "a referral has the number behind its redemption's")
        redemption.hasReferral = true
        return Attribution(
            referrer: referrer, packedReferrer: packedReferrer, scope: scope,
            standing: state.standing(of: packedReferrer, in: scope, tenant: tenant))
    }

    /// The account that an invitation was sent by: invitations have no senders yet.
    private static func inviter(of invitation: UInt64?) -> AccountID? { nil }

    /// True if two accounts are known by the same e-mail address.
    private static func isAlias(
        _ account: borrowing PackedAccount, _ email: FactHash?, of other: borrowing PackedAccount, tenant: TenantNumber,
        state: some StateReading
    ) -> Bool {
        guard let theirs = keptEmail(of: other, tenant: tenant, state: state) else { return false }
        if let email { return theirs == email }
        return theirs == keptEmail(of: account, tenant: tenant, state: state)
    }

    // MARK: E-mail addresses

    private static func keptEmail(
        of account: borrowing PackedAccount, tenant: TenantNumber, state: some StateReading
    ) -> FactHash? {
        state.read(Tables.referralAccounts, RecordKeys.referralAccount(tenant, account, .email, 0)) { bytes in
            var reader = ValueReader(bytes)
            return reader.factHash()
        }
    }

    /// Keeps the e-mail address of somebody who claims, for the claims of those whom they bring.
    static func keepEmail(
        _ email: FactHash, of account: borrowing PackedAccount, tenant: TenantNumber, in state: Transaction
    ) {
        guard keptEmail(of: account, tenant: tenant, state: state) != email else { return }
        state.put(Tables.referralAccounts, RecordKeys.referralAccount(tenant, account, .email, 0)) {
            email.append(to: &$0)
        }
    }

    // MARK: Writing

    /// Writes the referral of a redemption, and what the campaign's policy gives for it.
    ///
    /// - Precondition: ``attribution(of:_:email:by:in:)`` has found it for this redemption.
    static func write(
        _ attribution: Attribution, of redemption: inout Redemption, _ writer: ClaimWriter, by terms: ReferralTerms,
        in context: inout DecisionContext
    ) {
        let (state, tenant) = (writer.state, writer.tenant)
        var referral = Referral(
            number: Referral.number(of: redemption.number), status: .pending, scope: attribution.scope,
            depth: attribution.standing.depth + 1, referrer: attribution.referrer, referee: redemption.redeemer,
            code: redemption.code, campaign: redemption.campaign, attributedAt: context.now)
        let own = ReferralStanding(depth: referral.depth, referral: referral.number)
        let scope = UInt64(attribution.scope)
        state.insert(Tables.referralAccounts, RecordKeys.referralAccount(tenant, writer.redeemer, .standing, scope)) {
            own.encode(to: &$0)
        }
        var above = attribution.standing
        above.made += 1
        let key = RecordKeys.referralAccount(tenant, attribution.packedReferrer, .standing, scope)
        state.put(Tables.referralAccounts, key) { above.encode(to: &$0) }
        state.addToAccount(attribution.packedReferrer, referral.number, tenant: tenant)
        context.record(.referralAttributed, referral.number, of: tenant)
        if let campaign = referral.campaign {
            state.addToIndex(Tables.ledgerByCampaign, tenant, campaign, referral.number)
            count(&referral, attribution, by: terms, in: campaign, tenant: tenant, in: &context)
        }
        let row = referral
        state.insert(Tables.referrals, RecordKeys.entity(tenant, row.number)) { row.encode(to: &$0) }
        redemption.referral = Boxed(row)
    }

    /// Counts the referral for its referrer, and makes what the policy gives at a redemption and promises for later.
    private static func count(
        _ referral: inout Referral, _ attribution: Attribution, by terms: ReferralTerms, in campaign: EntityNumber,
        tenant: TenantNumber, in context: inout DecisionContext
    ) {
        var counts = context.state.referrerCounts(of: attribution.packedReferrer, in: campaign, tenant: tenant)
        counts.attributed += 1
        if let policy = terms.policy {
            var maker = RewardMaker(policy, of: campaign, tenant: tenant, counts: counts)
            maker.make(.onRedemption, for: &referral, count: counts.attributed, in: &context)
            maker.make(.onActivation, for: &referral, count: counts.attributed, asPromise: true, in: &context)
            counts = maker.counts
        }
        context.state.put(counts, of: attribution.packedReferrer, in: campaign, tenant: tenant)
    }
}

extension Transaction {
    /// Notes in the index of a person that a referral or a reward is theirs.
    func addToAccount(_ account: borrowing PackedAccount, _ number: EntityNumber, tenant: TenantNumber) {
        let block = NumberIndex.block(of: number)
        let key = RecordKeys.referralAccount(tenant, account, .index, block)
        update(Tables.referralAccounts, key, reading: NumberIndex.decode) { bits, writer in
            writer.append(NumberIndex.bit(of: number) | (bits ?? 0))
        }
    }
}
