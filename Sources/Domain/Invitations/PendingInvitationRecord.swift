internal import Store

/// The table of the numbers of invitations that wait for somebody.
enum PendingInvitationRecord: Record {
    static let table = Tables.pendingInvitations
    static let name: StaticString = "pending_invitations"
    static var personalData: PersonalData<PendingInvitationRecord> {
        PersonalData(fields: [.init("hash", .emailHash)], erasure: .removed) { _, _ in nil }
    }

    static func decode(_ id: HashKey, _ bytes: RawSpan) throws(RecordDamage) -> UInt32 {
        var reader = ValueReader(bytes)
        let count: UInt32 = reader.integer()
        try reader.finish()
        return count
    }

    static func encode(_ count: UInt32, to writer: inout ValueWriter) { writer.append(count) }

    /// Has nothing to compare with until invitations have rows.
    static func check<State: StateScanning>(_ id: HashKey, _ count: UInt32, in check: inout InvariantCheck<State>) {}
}
