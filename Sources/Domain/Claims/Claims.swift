public import Journal
public import Store

/// Decides claims: the only place where anybody gets a place.
public enum Claims {
    /// The most places of one claim.
    public static let quantityMax: UInt32 = 1000
    /// The most bytes of a claim's metadata.
    public static let metadataBytesMax = 1024

    /// Decides one claim and writes all its effects, or none.
    ///
    /// The first of these that applies answers: unknown (`invalid`), a replay of the same redeemer, `revoked`,
    /// `expired`, the code full (`exhausted`), the campaign not open (`ineligible`), the abuse gate
    /// (`rate_limited`), the person's limit (`limit_reached`), the campaign full (`exhausted`). All are decided in
    /// this one step, before the first write.
    ///
    /// A redeem by somebody who holds places on the same thing confirms that hold; a hold asked for by somebody
    /// who has a redemption is answered with the redemption. A replay changes nothing.
    ///
    /// A live hold is a promise: of all that can have happened since, only a revoked code ends it. Its owner is then
    /// refused (`revoked`), and its places are given back in the same step.
    ///
    /// Holds that are due and not expired count as live, but for the redeemer's own: who is refused places for their
    /// sake leaves ``DecisionContext/isShortBesideDue`` set, and is to be decided again once they are expired.
    ///
    /// - Complexity: a handful of point reads and writes, independent of how much is stored.
    public static func decide(_ command: ClaimCommand, in context: inout DecisionContext) -> ClaimOutcome {
        let outcome = outcome(of: command, in: &context)
        context.claims.count(outcome)
        return outcome
    }

    @inline(__always)
    private static func outcome(of command: ClaimCommand, in context: inout DecisionContext) -> ClaimOutcome {
        let state = context.state
        let tenant = command.tenant
        let subject: ResolvedTarget
        switch context.subject.find(command.target, tenant: tenant, state: state, pending: context.pending) {
        case .refused(let refusal): return .refused(refusal)
        case .found(let found): subject = found
        }
        let writer = ClaimWriter(state: state, tenant: tenant, redeemer: PackedAccount(command.redeemer))
        var person = state.record(of: writer.redeemer, for: subject, tenant: tenant)
        if let owner = person.owner {
            if let outcome = replay(command, owner: owner, subject: subject, writer: writer, in: &context) {
                return outcome
            }
            person = state.record(of: writer.redeemer, for: subject, tenant: tenant)
        }
        let column: CapacityCounter.Column = if case .redeem = command.kind { .used } else { .held }
        var places = ClaimPlaces(command.quantity, as: column)
        if let refusal = refusal(
            of: command, subject: subject, places: &places, accountClaims: person.accountClaims, state: state,
            now: context.now)
        {
            // Places that a person has in the campaign can be those of holds, whoever's limit it is.
            if places.isShortBesideHolds || refusal.reason == .limitReached { context.isShortBesideDue = true }
            return .refused(refusal)
        }
        return take(command, subject: subject, places: places, person: person, writer: writer, in: &context)
    }

    /// All the checks behind the replay, in order; taking the places in copies on the way.
    @inline(__always)
    private static func refusal(
        of command: borrowing ClaimCommand, subject: borrowing ResolvedTarget, places: inout ClaimPlaces,
        accountClaims: borrowing AccountClaims, state: Transaction, now: Timestamp
    ) -> Refusal? {
        let tenant = command.tenant
        if let refusal = subject.refusalOfCode(at: now) { return refusal }
        if let refusal = places.takeFromCode(of: subject, tenant: tenant, state: state) { return refusal }
        if let refusal = subject.refusalOfCampaign(at: now) { return refusal }
        if command.honeypot { return Refusal(.rateLimited) }
        if let refusal = places.refusalOfPerson(accountClaims, of: subject) { return refusal }
        return places.takeFromCampaign(of: subject, tenant: tenant, state: state)
    }

    /// The first outcome of the same redeemer on the same thing, or its hold confirmed.
    ///
    /// Nil when the hold's time is over: it is expired in place, and the claim is a new one.
    private static func replay(
        _ command: ClaimCommand, owner: ClaimOwner, subject: borrowing ResolvedTarget, writer: ClaimWriter,
        in context: inout DecisionContext
    ) -> ClaimOutcome? {
        switch owner {
        case .redemption(let number):
            guard let redemption = Redemptions.find(number, tenant: command.tenant, state: context.state) else {
                damagedRecord("claims")
            }
            return .redeemed(
                Referrals.completed(redemption, tenant: command.tenant, state: context.state), already: true)
        case .hold(let number):
            guard let hold = Holds.find(number, tenant: command.tenant, state: context.state) else {
                damagedRecord("claims")
            }
            guard context.now < hold.expiresAt else {
                Holds.end(hold, as: .expired, writer: writer, in: context)
                return nil
            }
            if let refusal = subject.refusalOfPromise {
                Holds.end(hold, as: .released, writer: writer, in: context)
                return .refused(refusal)
            }
            switch command.kind {
            case .hold: return .held(hold, already: true)
            case .redeem:
                let redemption = Holds.confirmLive(
                    hold, metadata: command.metadata, by: subject.referral, writer: writer, in: &context)
                return .redeemed(redemption, already: false)
            }
        }
    }

    /// Writes a claim that nothing refuses.
    @inline(__always)
    private static func take(
        _ command: ClaimCommand, subject found: ResolvedTarget, places: borrowing ClaimPlaces,
        person: borrowing PersonRecord, writer: ClaimWriter, in context: inout DecisionContext
    ) -> ClaimOutcome {
        var subject = found
        if let payload = subject.signed, case .code(let text) = command.target {
            subject.code = Codes.insertSigned(payload, text: text, tenant: command.tenant, in: &context)
        }
        if subject.referral != nil { keepEmail(of: command, writer: writer) }
        let number = context.makeNumber()
        places.write(for: subject, tenant: command.tenant, state: writer.state)
        let isHold = if case .hold = command.kind { true } else { false }
        writer.enter(
            isHold ? .hold(number) : .redemption(number), code: subject.code, campaign: subject.campaign,
            places: places.quantity, accountClaims: person.accountClaims, at: person.spot)
        switch command.kind {
        case .redeem:
            var redemption = Redemption(
                number: number, code: subject.code, campaign: subject.campaign, redeemer: command.redeemer,
                quantity: command.quantity, redeemedAt: context.now, invitation: command.invitation,
                hasMetadata: command.metadata != nil)
            var attribution: Attribution?
            if let terms = subject.referral {
                attribution = Referrals.attribution(
                    of: &redemption, writer, email: command.facts?.email, by: terms, in: &context)
            }
            writer.insert(redemption, metadata: command.metadata, isFirstOfCode: places.isFirstOfCode)
            context.record(.codeRedeemed, number, of: command.tenant)
            places.recordSoldOut(subject, tenant: command.tenant, in: context)
            if let attribution, let terms = subject.referral {
                Referrals.write(attribution, of: &redemption, writer, by: terms, in: &context)
            }
            return .redeemed(redemption, already: false)
        case .hold(let ttlSeconds):
            let hold = Hold(
                number: number, code: subject.code, campaign: subject.campaign, redeemer: command.redeemer,
                quantity: command.quantity, state: .held, createdAt: context.now,
                expiresAt: context.now.adding(seconds: Int64(ttlSeconds)), invitation: command.invitation,
                hasMetadata: command.metadata != nil)
            writer.insert(hold, metadata: command.metadata, isFirstOfCode: places.isFirstOfCode)
            context.record(.holdTaken, number, of: command.tenant)
            places.recordSoldOut(subject, tenant: command.tenant, in: context)
            return .held(hold, already: false)
        }
    }
}

extension Claims {
    /// Keeps the e-mail address that came with a claim on something that refers.
    private static func keepEmail(of command: borrowing ClaimCommand, writer: ClaimWriter) {
        guard let email = command.facts?.email else { return }
        Referrals.keepEmail(email, of: writer.redeemer, tenant: writer.tenant, in: writer.state)
    }

    /// Says what a claim of one place by somebody new would be told.
    ///
    /// Knows no redeemer and writes nothing.
    public static func validate(
        _ code: CodeText, tenant: TenantNumber, state: some StateReading, now: Timestamp
    ) -> CodeValidation {
        let subject: ResolvedTarget
        let pending = PendingRanges(reading: state)
        switch ResolvedTarget.find(code, tenant: tenant, state: state, pending: pending) {
        case .refused(let refusal): return .refused(refusal)
        case .found(let found): subject = found
        }
        guard let gate = subject.codeGate else { return .refused(Refusal(.invalid)) }
        var places = ClaimPlaces(1, as: .used)
        if let refusal = subject.refusalOfCode(at: now)
            ?? places.takeFromCode(of: subject, tenant: tenant, state: state)
            ?? subject.refusalOfCampaign(at: now)
            ?? places.takeFromCampaign(of: subject, tenant: tenant, state: state)
        {
            return .refused(refusal)
        }
        let limited = [places.code, places.campaign].compactMap { $0 }.filter(\.isLimited)
        return .valid(kind: gate.kind, remaining: limited.map(\.free).min().map { $0 + 1 })
    }
}
