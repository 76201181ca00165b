internal import Journal
internal import Store

extension Codes {
    /// Takes codes back, all in one command: nobody new gets a place by them.
    ///
    /// Redemptions stay. A signed code that nobody has claimed yet is in no table: by its text it gets a row and is
    /// taken back, by its campaign it is not.
    ///
    /// - Throws: `notFound` for the campaign, and `invalidFields` for an atomic command with a code that is not there.
    /// - Complexity: O(codes) writes while all others wait: for a campaign see `Engine.revokeCodes`.
    public static func revoke(
        _ command: RevokeCodes, in context: inout DecisionContext
    ) throws(Rejection) -> RevokedCodes {
        var revoked = RevokedCodes()
        switch command.selection {
        case .campaign, .campaignKey:
            var walk = try walk(command, in: &context)
            _ = take(&walk, codesMax: .max, &revoked, in: &context)
        case .texts(let texts):
            for text in texts where !revoke(text, tenant: command.tenant, &revoked, in: &context) {
                revoked.unknown.append(.text(text))
            }
            try check(command, "codes", revoked) { if case .text(let text) = $0 { text } else { "" } }
        case .numbers(let numbers):
            for number in numbers where !revoke(number, tenant: command.tenant, &revoked, in: &context) {
                revoked.unknown.append(.number(number))
            }
            let ids = PublicIDs.load(from: context.state)
            try check(command, "ids", revoked) { unknown in
                if case .number(let number) = unknown { ids.map { "\($0.id(number))" } ?? "" } else { "" }
            }
        }
        return revoked
    }

    /// Takes all codes of a campaign back where they are few, in one command.
    ///
    /// - Returns: nil when they are more than one turn should take, or when another revocation of the campaign is under
    ///   way; then nothing was written.
    /// - Throws: `notFound` for the campaign.
    public static func revokeFew(
        _ command: RevokeCodes, in context: inout DecisionContext
    ) throws(Rejection) -> RevokedCodes? {
        let walk = try walk(command, in: &context)
        guard !context.pending.hasRevocations(of: command.tenant, in: walk.campaign) else { return nil }
        var count = 0
        var counting = walk
        let isMore = counting.visit(in: context.state, codesMax: pieceMax + 1) { _ in count += 1 }
        guard !isMore, count <= pieceMax else { return nil }
        var (revoked, taking) = (RevokedCodes(), walk)
        _ = take(&taking, codesMax: .max, &revoked, in: &context)
        return revoked
    }

    /// The codes of the campaign that a command names.
    private static func walk(
        _ command: RevokeCodes, in context: inout DecisionContext
    ) throws(Rejection) -> CodeWalk {
        let campaign = try campaign(of: command, in: context)
        return CodeWalk(tenant: command.tenant, campaign: campaign, from: campaign, upTo: context.makeNumber())
    }

    /// The campaign that a command names.
    static func campaign(
        of command: RevokeCodes, in context: borrowing DecisionContext
    ) throws(Rejection) -> EntityNumber {
        var (number, key): (EntityNumber?, String?) = (nil, nil)
        switch command.selection {
        case .campaign(let named): number = named
        case .campaignKey(let named): key = named
        case .texts, .numbers: preconditionFailure("the codes of a campaign are asked for")
        }
        var errors = FieldErrors()
        let named = try Campaigns.named(number, key, tenant: command.tenant, errors: &errors, in: context.state)
        guard let named else { throw .notFound(entity: "Campaign") }
        return named
    }

    /// Takes back the next codes of a walk that anybody may see, and counts them.
    ///
    /// - Parameters:
    ///   - walk: The codes; continues behind those that were visited before.
    ///   - codesMax: The most codes.
    ///   - mark: The revocation whose rows are written; nil where it is decided here.
    ///   - revoked: Where they are counted.
    ///   - context: The context of the command.
    /// - Returns: True if codes are left.
    static func take(
        _ walk: inout CodeWalk, codesMax: Int, for mark: PendingRevocation? = nil,
        _ revoked: inout RevokedCodes, in context: inout DecisionContext
    ) -> Bool {
        let (tenant, state) = (walk.tenant, context.state)
        let (instant, actor) = (mark?.revokedAt ?? context.now, mark?.actor ?? context.actor)
        var numbers: [EntityNumber] = []
        let isLeft = walk.visit(in: state, codesMax: codesMax) { numbers.append($0) }
        for number in numbers where !context.pending.contains(number) {
            guard var row = row(number, tenant: tenant, state: state) else { damagedRecord("codes") }
            let isCovered =
                mark == nil && context.pending.revocation(of: number, in: row.campaign, tenant: tenant) != nil
            if row.revokedAt == nil, !isCovered {
                revoke(&row, number, tenant: tenant, at: instant, by: actor, in: context)
                revoked.revoked += 1
            } else {
                revoked.already += 1
            }
        }
        return isLeft
    }

    /// Takes the code with a text back; false when there is none.
    private static func revoke(
        _ text: String, tenant: TenantNumber, _ revoked: inout RevokedCodes, in context: inout DecisionContext
    ) -> Bool {
        guard let text = CodeText(raw: text) else { return false }
        if let number = owner(of: text, tenant: tenant, state: context.state) {
            return revoke(number, tenant: tenant, &revoked, in: &context)
        }
        guard let payload = SignedPayload.verify(text, tenant: tenant, state: context.state) else { return false }
        let number = insertSigned(payload, text: text, tenant: tenant, in: &context)
        return revoke(number, tenant: tenant, &revoked, in: &context)
    }

    /// Takes the code of a number back; false when there is none.
    private static func revoke(
        _ number: EntityNumber, tenant: TenantNumber, _ revoked: inout RevokedCodes, in context: inout DecisionContext
    ) -> Bool {
        guard !context.pending.contains(number), var row = row(number, tenant: tenant, state: context.state) else {
            return false
        }
        if row.revokedAt == nil, context.pending.revocation(of: number, in: row.campaign, tenant: tenant) == nil {
            revoke(&row, number, tenant: tenant, at: context.now, by: context.actor, in: context)
            revoked.revoked += 1
        } else {
            revoked.already += 1
        }
        return true
    }

    /// More unknown codes than this are not named by a refusal.
    private static let unknownNamedMax = 100

    /// Refuses an atomic command with codes that are not there.
    private static func check(
        _ command: RevokeCodes, _ field: String, _ revoked: RevokedCodes, _ name: (RevokedCodes.Unknown) -> String
    ) throws(Rejection) {
        guard command.atomic, !revoked.unknown.isEmpty else { return }
        var errors = FieldErrors()
        for unknown in revoked.unknown.prefix(unknownNamedMax) {
            errors.add(field, "There is no code \(name(unknown)).")
        }
        throw .invalidFields(errors)
    }
}
