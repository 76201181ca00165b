internal import Journal
internal import Store

extension Codes {
    /// Signs codes.
    ///
    /// Nothing of them is stored; the numbers behind their nonces are spent, so that two codes with equal terms differ.
    ///
    /// - Throws: `invalidFields`, `notFound` for the campaign, or `conflict` with `not_ready` before
    ///   ``Bootstrap/run(in:)``.
    /// - Complexity: O(1): the texts are made by ``SignedCodes/codes(_:in:)``.
    public static func sign(_ command: SignCode, in context: inout DecisionContext) throws(Rejection) -> SignedCodes {
        let state = context.state
        var errors = FieldErrors()
        let count = command.count ?? 1
        errors.check((1...Int64(countMax)).contains(count), "count", "Must be between 1 and \(countMax).")
        let campaign = try Campaigns.named(
            command.campaign, command.campaignKey, tenant: command.tenant, errors: &errors, in: state)
        let maxUses = errors.places(command.maxUses, "max_uses", max: SignCode.maxUsesMax) ?? 1
        errors.checkPlaces(maxUses, ofCodeIn: campaign, tenant: command.tenant, in: state)
        errors.instant(command.expiresAt, "expires_at")
        if let end = command.expiresAt { errors.check(end > context.now, "expires_at", "Must be in the future.") }
        try errors.throwIfAny()
        guard let keyID = SigningKeys.current(state: state), PublicIDs.load(from: state) != nil else {
            throw .conflict(code: "not_ready", message: "The store has no signing key.")
        }
        let first = EntityNumber(rawValue: state.allocateNumbers(UInt64(count)))
        // No row has the numbers: without this, a restart would give them to the next codes of the same terms.
        state.keepNumbers()
        return SignedCodes(
            numbers: CodeNumbers(tenant: command.tenant, first: first, count: Int(count)), keyID: keyID,
            campaign: campaign, maxUses: maxUses, expiresAt: command.expiresAt, createdAt: context.now)
    }
}
