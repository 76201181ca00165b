internal import Store

/// The recording points: each stands where a transition is written, so that what is taken back was never told.
extension DecisionContext {
    /// Writes down that something happened to a thing.
    ///
    /// Costs no record and no allocation: the event goes into the frame of the batch, beside its effects.
    ///
    /// - Parameters:
    ///   - kind: The kind of event.
    ///   - subject: The thing it happened to.
    ///   - tenant: The tenant whose it is.
    ///   - actor: The one who did it, where that is not the one who asked.
    @inline(__always)
    func record(
        _ kind: EventKind, _ subject: EntityNumber, of tenant: TenantNumber, by actor: Actor? = nil
    ) {
        state.note(
            event: kind.rawValue, actor: (actor ?? self.actor).stored, tenant: tenant.rawValue,
            subject: subject.rawValue)
    }

    /// Writes down that something happened to a thing, and facts that no row says.
    ///
    /// - Precondition: the members are among those that the kind declares.
    func record(
        _ kind: EventKind, _ subject: EntityNumber, of tenant: TenantNumber, _ members: [EventMember: UInt64?]
    ) {
        var given: [EventMember: UInt64] = [:]
        for (member, value) in members { if let value { given[member] = value } }
        precondition(
            given.keys.allSatisfy(kind.writtenMembers.contains), "an event has the members that its kind declares")
        let data = ValueWriter.bytes { writer in
            for (member, value) in given.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                writer.append(byte: member.rawValue)
                writer.append(compact: value)
            }
        }
        state.note(
            event: kind.rawValue, actor: actor.stored, tenant: tenant.rawValue, subject: subject.rawValue, data: data)
    }

    /// Writes down that a campaign has lost its last free place, or has one again.
    @inline(__always)
    func recordPlaces(
        of campaign: EntityNumber, tenant: TenantNumber, before: UInt64, after: UInt64, by actor: Actor? = nil
    ) {
        if after == 0, before > 0 { record(.campaignSoldOut, campaign, of: tenant, by: actor) }
        if before == 0, after > 0 { record(.campaignReopened, campaign, of: tenant, by: actor) }
    }
}
