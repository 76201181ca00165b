internal import Journal
internal import Store

/// The row of a campaign.
///
/// `max_redemptions_total` is in its capacity counter, long fields are in its document.
struct CampaignRow: Equatable {
    var gate: CampaignGate
    var hasDocument: Bool
    /// Counts the changes of the row and of the document.
    var revision: UInt64 = 1
    var createdAt: Timestamp
    var updatedAt: Timestamp
    var createdBy: EntityNumber?
    var key: String
    var name: String

    private static let formatVersion: UInt8 = 1

    private enum Flags {
        static let starts: UInt8 = 1
        static let ends: UInt8 = 2
        static let creator: UInt8 = 4
        static let document: UInt8 = 8
        static let rewardPolicy: UInt8 = 16
    }

    func encode(to writer: inout ValueWriter) {
        var flags: UInt8 = 0
        if gate.startsAt != nil { flags |= Flags.starts }
        if gate.endsAt != nil { flags |= Flags.ends }
        if createdBy != nil { flags |= Flags.creator }
        if hasDocument { flags |= Flags.document }
        if gate.hasRewardPolicy { flags |= Flags.rewardPolicy }
        writer.append(byte: CampaignRow.formatVersion)
        writer.append(byte: gate.type.rawValue)
        writer.append(byte: gate.status.rawValue)
        writer.append(byte: flags)
        writer.append(compact: gate.perUserLimit)
        if let startsAt = gate.startsAt { writer.append(instant: startsAt) }
        if let endsAt = gate.endsAt { writer.append(instant: endsAt) }
        writer.append(compact: revision)
        writer.append(instant: createdAt)
        writer.append(instant: updatedAt)
        if let createdBy { writer.append(entity: createdBy) }
        writer.append(shortText: key)
        writer.append(text: name)
    }

    /// Reads the part of a row that claims depend on.
    static func gate(decoding bytes: RawSpan) -> CampaignGate {
        trusted("campaigns") { () throws(RecordDamage) in
            var reader = ValueReader(bytes)
            let (gate, _) = try readGate(&reader)
            guard !reader.failed else { throw .fields }
            return gate
        }
    }

    @inline(__always)
    private static func readGate(_ reader: inout ValueReader) throws(RecordDamage) -> (CampaignGate, UInt8) {
        try reader.version(formatVersion)
        guard let type = CampaignType(rawValue: reader.byte()), let status = CampaignStatus(rawValue: reader.byte())
        else { throw .value }
        let flags = reader.byte()
        let perUserLimit = reader.compact()
        let startsAt = flags & Flags.starts != 0 ? reader.instant() : nil
        let endsAt = flags & Flags.ends != 0 ? reader.instant() : nil
        let gate = CampaignGate(
            type: type, status: status, perUserLimit: perUserLimit, startsAt: startsAt, endsAt: endsAt,
            hasRewardPolicy: flags & Flags.rewardPolicy != 0)
        return (gate, flags)
    }

    /// Reads a row, which is one.
    static func decode(_ bytes: RawSpan) -> CampaignRow {
        trusted("campaigns") { () throws(RecordDamage) in try CampaignRow(decoding: bytes) }
    }
}

extension CampaignRow {
    /// Reads a row.
    init(decoding bytes: RawSpan) throws(RecordDamage) {
        var reader = ValueReader(bytes)
        let flags: UInt8
        (gate, flags) = try CampaignRow.readGate(&reader)
        hasDocument = flags & Flags.document != 0
        revision = reader.compact()
        createdAt = reader.instant()
        updatedAt = reader.instant()
        createdBy = flags & Flags.creator != 0 ? reader.entity() : nil
        key = reader.shortText()
        name = reader.longText()
        try reader.finish()
    }
}
