internal import Journal
internal import Store

extension PendingRanges {
    private static let revocationsVersion: UInt8 = 1

    /// The instant at which a revocation took a code back whose row may not say so yet; nil when none did.
    @inline(__always)
    func revocation(of number: EntityNumber, in campaign: EntityNumber?, tenant: TenantNumber) -> Timestamp? {
        guard !revocations.isEmpty, let campaign else { return nil }
        return revocations.first { $0.covers(number, in: campaign, tenant: tenant) }?.revokedAt
    }

    /// True if rows of codes of a tenant may not say yet that they are taken back; with a campaign, of codes of that.
    func hasRevocations(of tenant: TenantNumber, in campaign: EntityNumber?) -> Bool {
        revocations.contains { $0.tenant == tenant && (campaign == nil || $0.campaign == campaign) }
    }

    /// True if a revocation under way was decided after a range was taken and before its things are shown.
    ///
    /// Such a range waits: nobody could see its codes then, so they are not revoked, and they are shown when the
    /// revocation has ended.
    func isHeldBack(_ range: PendingRange) -> Bool {
        revocations.contains { $0.tenant == range.tenant && range.first < $0.end }
    }

    // MARK: Changing

    /// Takes codes of a campaign back: all that there are.
    ///
    /// - Returns: nil when too many revocations are under way, or one of the same campaign.
    static func revoke(
        _ campaign: EntityNumber, tenant: TenantNumber, in context: inout DecisionContext
    ) -> PendingRevocation? {
        guard context.pending.revocations.count < revocationsMax,
            !context.pending.hasRevocations(of: tenant, in: campaign)
        else { return nil }
        // A campaign is older than its codes.
        let revocation = PendingRevocation(
            tenant: tenant, campaign: campaign, end: context.makeNumber(), next: campaign, revokedAt: context.now,
            actorCode: context.actor.stored)
        context.pending.revocations.append(revocation)
        context.pending.writeRevocations(to: context.state)
        return revocation
    }

    /// Notes that the rows before a number are written, or that all are.
    static func advance(
        _ revocation: PendingRevocation, to next: EntityNumber?, in context: inout DecisionContext
    ) {
        guard let index = context.pending.revocations.firstIndex(where: { $0.end == revocation.end }) else { return }
        if let next {
            context.pending.revocations[index].next = next
        } else {
            context.pending.revocations.remove(at: index)
        }
        context.pending.writeRevocations(to: context.state)
    }

    private func writeRevocations(to state: Transaction) {
        guard !revocations.isEmpty else { return state.remove(Tables.settings, SettingKey.pendingRevocations.key) }
        state.put(SettingRecord.self, .pendingRevocations, .pendingRevocations(revocations))
    }

    // MARK: Record

    /// Reads the record.
    static func revocations(decoding bytes: RawSpan) throws(RecordDamage) -> [PendingRevocation] {
        var reader = ValueReader(bytes)
        try reader.version(revocationsVersion)
        var revocations: [PendingRevocation] = []
        for _ in 0..<reader.byte() {
            let tenant = reader.tenant()
            let (campaign, end, next) = (reader.entity(), reader.entity(), reader.entity())
            let revokedAt = reader.instant()
            revocations.append(
                PendingRevocation(
                    tenant: tenant, campaign: campaign, end: end, next: next, revokedAt: revokedAt,
                    actorCode: reader.compact()))
        }
        try reader.finish()
        return revocations
    }

    /// Writes the record.
    static func encode(_ revocations: [PendingRevocation], to writer: inout ValueWriter) {
        writer.append(byte: revocationsVersion)
        writer.append(byte: UInt8(truncatingIfNeeded: revocations.count))
        for revocation in revocations {
            writer.append(compact: UInt64(revocation.tenant.rawValue))
            writer.append(entity: revocation.campaign)
            writer.append(entity: revocation.end)
            writer.append(entity: revocation.next)
            writer.append(instant: revocation.revokedAt)
            writer.append(compact: revocation.actorCode)
        }
    }
}
