public import Journal
public import Store

/// Provisional claims: looking at them and ending them.
public enum Holds {
    /// Seconds that a hold lives by default.
    public static let ttlSecondsDefault: UInt32 = 600
    /// The range of seconds that a hold may live.
    public static let ttlSecondsRange: ClosedRange<UInt32> = 1...604_800
    /// Seconds after its expiry for which a hold can still be confirmed, where its places are free.
    public static let revivalSeconds: Int64 = 86_400

    /// The hold of a number as it stands at `now`; nil when there is none.
    public static func find(
        _ number: EntityNumber, tenant: TenantNumber, state: some StateReading, now: Timestamp
    ) -> Hold? {
        find(number, tenant: tenant, state: state)?.judged(at: now)
    }

    /// The row of a hold; nil when there is none.
    ///
    /// It can still say `held` when its time is over: a hold is written down as expired by the next batch.
    public static func find(_ number: EntityNumber, tenant: TenantNumber, state: some StateReading) -> Hold? {
        state.read(Tables.holds, RecordKeys.entity(tenant, number)) { Hold.decode(number, $0) }
    }

    /// Makes a hold final: its places become those of a redemption.
    ///
    /// A live hold is a promise: only a revoked code ends it. A confirmed hold answers with its redemption,
    /// `already: true`. An expired one succeeds for ``revivalSeconds`` if its places are still free under all limits, as
    /// a new claim would, and the redeemer has claimed nothing else there since.
    ///
    /// - Returns: `redeemed`; or `refused` with `revoked`, and the places of the live hold were given back.
    /// - Throws: `notFound`, or `refused` with `hold_conflict` for a released hold, one whose redemption was released,
    ///   and an expired one that a new claim would not get.
    public static func confirm(
        _ number: EntityNumber, tenant: TenantNumber, in context: inout DecisionContext
    ) throws(Rejection) -> ClaimOutcome {
        do throws(Rejection) {
            let outcome = try outcome(ofConfirming: number, tenant: tenant, in: &context)
            context.claims.count(outcome)
            return outcome
        } catch {
            if case .refused(let refusal) = error { context.claims.count(.refused(refusal)) }
            throw error
        }
    }

    private static func outcome(
        ofConfirming number: EntityNumber, tenant: TenantNumber, in context: inout DecisionContext
    ) throws(Rejection) -> ClaimOutcome {
        let state = context.state
        let (hold, writer) = try settled(number, tenant: tenant, in: context)
        switch hold.state {
        case .held:
            let subject = ResolvedTarget(of: hold, tenant: tenant, state: state, pending: context.pending)
            if let refusal = breakPromise(of: hold, subject, writer: writer, in: context) { return .refused(refusal) }
            let redemption = confirmLive(
                hold, metadata: nil, by: subject.referral, writer: writer, in: &context)
            return .redeemed(redemption, already: false)
        case .confirmed:
            guard let number = hold.redemption,
                let redemption = Redemptions.find(number, tenant: tenant, state: state)
            else { damagedRecord("holds") }
            // A released redemption has no places any more: another claim may have them.
            guard redemption.releasedAt == nil else { throw .refused(Refusal(.holdConflict)) }
            return .redeemed(Referrals.completed(redemption, tenant: tenant, state: state), already: true)
        case .released:
            throw .refused(Refusal(.holdConflict))
        case .expired:
            return .redeemed(try confirmExpired(hold, writer: writer, in: &context), already: false)
        }
    }

    /// Moves the end of a live hold to so many seconds from now, but never to an earlier instant than it has.
    ///
    /// - Returns: the hold; or the refusal of a revoked code, and the places of the live hold were given back.
    /// - Throws: `notFound`; `invalidFields` where the end would be more than the longest time to live after the hold was
    ///   made; `refused` with `hold_conflict` for a hold that has ended.
    public static func extend(
        _ number: EntityNumber, bySeconds ttlSeconds: UInt32, tenant: TenantNumber, in context: inout DecisionContext
    ) throws(Rejection) -> HoldExtension {
        let (hold, writer) = try settled(number, tenant: tenant, in: context)
        guard hold.state == .held else { throw .refused(Refusal(.holdConflict)) }
        let subject = ResolvedTarget(
            of: hold, tenant: tenant, state: context.state, pending: context.pending)
        if let refusal = breakPromise(of: hold, subject, writer: writer, in: context) { return .refused(refusal) }
        let expiresAt = context.now.adding(seconds: Int64(ttlSeconds))
        let latest = hold.createdAt.adding(seconds: Int64(ttlSecondsRange.upperBound))
        guard expiresAt <= latest else {
            let left = (latest.milliseconds - context.now.milliseconds) / 1000
            var errors = FieldErrors()
            errors.add(
                "ttl_seconds",
                "A hold ends at most \(ttlSecondsRange.upperBound) seconds after it was made: \(left) from now.")
            throw .invalidFields(errors)
        }
        guard expiresAt > hold.expiresAt else { return .extended(hold) }
        var extended = hold
        extended.expiresAt = expiresAt
        context.state.remove(Tables.holdsLive, RecordKeys.live(tenant, hold.expiresAt, number))
        context.state.insert(Tables.holdsLive, RecordKeys.live(tenant, expiresAt, number)) { _ in }
        writer.put(extended)
        context.record(
            .holdExtended, number, of: tenant, [.expiresAtBefore: EventMember.instant(hold.expiresAt)])
        return .extended(extended)
    }

    /// The hold of a number as it stands now, written down as expired where its time is over; and its writer.
    private static func settled(
        _ number: EntityNumber, tenant: TenantNumber, in context: borrowing DecisionContext
    ) throws(Rejection) -> (Hold, ClaimWriter) {
        guard let hold = find(number, tenant: tenant, state: context.state) else { throw .notFound(entity: "Hold") }
        let writer = ClaimWriter(state: context.state, tenant: tenant, redeemer: PackedAccount(hold.redeemer))
        guard hold.state == .held, context.now >= hold.expiresAt else { return (hold, writer) }
        return (end(hold, as: .expired, writer: writer, in: context), writer)
    }

    /// Ends a live hold where its promise does not stand any more, and gives the reason.
    private static func breakPromise(
        of hold: Hold, _ subject: borrowing ResolvedTarget, writer: ClaimWriter, in context: borrowing DecisionContext
    ) -> Refusal? {
        guard let refusal = subject.refusalOfPromise else { return nil }
        end(hold, as: .released, writer: writer, in: context)
        return refusal
    }

    /// Gives the places of a live hold back.
    ///
    /// A hold that was released or has expired is answered as it is, and nothing changes.
    ///
    /// - Throws: `notFound`, or `refused` with `hold_conflict` for a confirmed hold.
    public static func release(
        _ number: EntityNumber, tenant: TenantNumber, in context: inout DecisionContext
    ) throws(Rejection) -> Hold {
        let (hold, writer) = try settled(number, tenant: tenant, in: context)
        switch hold.state {
        case .held: return end(hold, as: .released, writer: writer, in: context)
        case .released, .expired: return hold
        case .confirmed: throw .refused(Refusal(.holdConflict))
        }
    }

    /// Expires a hold whose time is over: the sequencer's command.
    ///
    /// - Returns: whether it did; false when the hold has ended otherwise, is not due or is not there.
    public static func expire(
        _ number: EntityNumber, tenant: TenantNumber, in context: inout DecisionContext
    ) -> Bool {
        guard let hold = find(number, tenant: tenant, state: context.state), hold.state == .held,
            context.now >= hold.expiresAt
        else { return false }
        let writer = ClaimWriter(state: context.state, tenant: tenant, redeemer: PackedAccount(hold.redeemer))
        end(hold, as: .expired, writer: writer, in: context)
        return true
    }

    // MARK: Effects

    /// Ends a live hold without a redemption: its places are free again.
    @discardableResult
    static func end(
        _ hold: Hold, as ending: HoldState, writer: ClaimWriter, in context: borrowing DecisionContext
    ) -> Hold {
        precondition(hold.state == .held, "only a live hold gives places back")
        var ended = hold
        ended.state = ending
        let wasSoldOut = writer.giveBack(hold.quantity, from: .held, code: hold.code, campaign: hold.campaign)
        writer.state.remove(Tables.holdsLive, RecordKeys.live(writer.tenant, hold.expiresAt, hold.number))
        writer.put(ended)
        // A hold runs out by the clock, whichever command comes upon it.
        let isExpired = ending == .expired
        let actor = isExpired ? .clock : context.actor
        context.record(isExpired ? .holdExpired : .holdReleased, hold.number, of: writer.tenant, by: actor)
        if wasSoldOut, let campaign = hold.campaign {
            context.record(.campaignReopened, campaign, of: writer.tenant, by: actor)
        }
        return ended
    }

    /// Turns a live hold into a redemption; its places stay taken all the while.
    static func confirmLive(
        _ hold: Hold, metadata: [UInt8]?, by terms: ReferralTerms?, writer: ClaimWriter,
        in context: inout DecisionContext
    ) -> Redemption {
        precondition(hold.state == .held, "only a live hold keeps its places when confirmed")
        writer.confirm(hold)
        writer.state.remove(Tables.holdsLive, RecordKeys.live(writer.tenant, hold.expiresAt, hold.number))
        let redemption = redeem(hold, metadata: metadata, by: terms, writer: writer, in: &context)
        writer.replaceOwner(by: .redemption(redemption.number), code: hold.code, campaign: hold.campaign)
        return redemption
    }

    /// Takes the places of an expired hold again, if nothing would refuse them to a new claim.
    private static func confirmExpired(
        _ hold: Hold, writer: ClaimWriter, in context: inout DecisionContext
    ) throws(Rejection) -> Redemption {
        guard context.now < hold.expiresAt.adding(seconds: revivalSeconds) else {
            throw .refused(Refusal(.holdConflict))
        }
        let state = writer.state
        let tenant = writer.tenant
        let accountClaims = state.accountClaims(of: writer.redeemer, in: hold.campaign, tenant: tenant)
        let subject = ResolvedTarget(of: hold, tenant: tenant, state: state, pending: context.pending)
        var places = ClaimPlaces(hold.quantity, as: .used)
        let isRefused =
            state.claimOwner(
                of: writer.redeemer, code: hold.code, campaign: hold.campaign, accountClaims: accountClaims,
                tenant: tenant)
            != nil
            || subject.refusalOfCode(at: context.now) != nil
            || places.takeFromCode(of: subject, tenant: tenant, state: state) != nil
            || subject.refusalOfCampaign(at: context.now) != nil
            || places.refusalOfPerson(accountClaims, of: subject) != nil
            || places.takeFromCampaign(of: subject, tenant: tenant, state: state) != nil
        guard !isRefused else {
            context.isShortBesideDue = true
            throw .refused(Refusal(.holdConflict))
        }
        places.write(for: subject, tenant: tenant, state: state)
        let redemption = redeem(hold, metadata: nil, by: subject.referral, writer: writer, in: &context)
        writer.enter(
            .redemption(redemption.number), code: hold.code, campaign: hold.campaign, places: places.quantity,
            accountClaims: accountClaims)
        places.recordSoldOut(subject, tenant: tenant, in: context)
        return redemption
    }

    /// Writes the redemption of a hold and the hold's last row.
    private static func redeem(
        _ hold: Hold, metadata: [UInt8]?, by terms: ReferralTerms?, writer: ClaimWriter,
        in context: inout DecisionContext
    ) -> Redemption {
        let metadata =
            metadata
            ?? (hold.hasMetadata
                ? Redemptions.metadata(hold.number, tenant: writer.tenant, state: writer.state) : nil)
        var redemption = Redemption(
            number: context.makeNumber(), code: hold.code, campaign: hold.campaign, redeemer: hold.redeemer,
            quantity: hold.quantity, redeemedAt: context.now, invitation: hold.invitation,
            hasMetadata: metadata != nil)
        var attribution: Attribution?
        if let terms {
            attribution = Referrals.attribution(of: &redemption, writer, email: nil, by: terms, in: &context)
        }
        writer.insert(redemption, metadata: metadata)
        var confirmed = hold
        confirmed.state = .confirmed
        confirmed.redemption = redemption.number
        writer.put(confirmed)
        context.record(.holdConfirmed, hold.number, of: writer.tenant)
        context.record(.codeRedeemed, redemption.number, of: writer.tenant)
        if let attribution, let terms {
            Referrals.write(attribution, of: &redemption, writer, by: terms, in: &context)
        }
        return redemption
    }
}
