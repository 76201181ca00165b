internal import Journal
internal import Store

/// What a campaign is for.
///
/// The raw values are stored and never reused.
public enum CampaignType: UInt8, CaseIterable, Sendable {
    /// Codes that one person uses. A code's own capacity still decides.
    case singleUse = 1
    /// Codes that many use.
    case multiUse = 2
    /// Places that are claimed without a code.
    case capacity = 3
    /// Codes that reward whoever refers.
    case referral = 4
    /// Codes that let people pass the waitlist.
    case waitlistSkip = 5

    /// The word on the wire.
    public var code: String {
        switch self {
        case .singleUse: "single_use"
        case .multiUse: "multi_use"
        case .capacity: "capacity"
        case .referral: "referral"
        case .waitlistSkip: "waitlist_skip"
        }
    }

    /// Reads the word on the wire.
    public init?(code: String) {
        guard let type = CampaignType.allCases.first(where: { $0.code == code }) else { return nil }
        self = type
    }
}

/// Where a campaign stands.
///
/// The raw values are stored and never reused.
public enum CampaignStatus: UInt8, CaseIterable, Sendable {
    /// Not yet open.
    case draft = 1
    /// Open within its window.
    case active = 2
    /// Closed for the moment.
    case paused = 3
    /// Closed for good.
    case ended = 4

    /// The word on the wire.
    public var code: String {
        switch self {
        case .draft: "draft"
        case .active: "active"
        case .paused: "paused"
        case .ended: "ended"
        }
    }

    /// Reads the word on the wire.
    public init?(code: String) {
        guard let status = CampaignStatus.allCases.first(where: { $0.code == code }) else { return nil }
        self = status
    }

    /// Whether a campaign may go from this status to another.
    ///
    /// Staying is always possible.
    public func canBecome(_ next: CampaignStatus) -> Bool {
        switch (self, next) {
        case (_, self): true
        case (.draft, .active), (.active, .paused), (.paused, .active): true
        case (.draft, .ended), (.active, .ended), (.paused, .ended): true
        default: false
        }
    }
}

/// What a claim has to know of a campaign: the front of its row.
struct CampaignGate: Equatable {
    var type: CampaignType
    var status: CampaignStatus
    /// The places that one person may have over all codes of the campaign.
    var perUserLimit: UInt64
    var startsAt: Timestamp?
    var endsAt: Timestamp?

    /// Whether places are given out at an instant; both bounds of the window belong to it.
    @inline(__always)
    func isOpen(at now: Timestamp) -> Bool {
        guard status == .active else { return false }
        if let startsAt, now < startsAt { return false }
        if let endsAt, now > endsAt { return false }
        return true
    }
}

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
    }

    func encode(to writer: inout ValueWriter) {
        var flags: UInt8 = 0
        if gate.startsAt != nil { flags |= Flags.starts }
        if gate.endsAt != nil { flags |= Flags.ends }
        if createdBy != nil { flags |= Flags.creator }
        if hasDocument { flags |= Flags.document }
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
        var reader = ValueReader(bytes)
        let (gate, _) = readGate(&reader)
        guard !reader.failed else { damagedRecord("campaigns") }
        return gate
    }

    private static func readGate(_ reader: inout ValueReader) -> (CampaignGate, UInt8) {
        guard reader.byte() == formatVersion, let type = CampaignType(rawValue: reader.byte()),
            let status = CampaignStatus(rawValue: reader.byte())
        else { damagedRecord("campaigns") }
        let flags = reader.byte()
        let perUserLimit = reader.compact()
        let startsAt = flags & Flags.starts != 0 ? reader.instant() : nil
        let endsAt = flags & Flags.ends != 0 ? reader.instant() : nil
        let gate = CampaignGate(
            type: type, status: status, perUserLimit: perUserLimit, startsAt: startsAt, endsAt: endsAt)
        return (gate, flags)
    }

    static func decode(_ bytes: RawSpan) -> CampaignRow {
        var reader = ValueReader(bytes)
        let (gate, flags) = readGate(&reader)
        let revision = reader.compact()
        let createdAt = reader.instant()
        let updatedAt = reader.instant()
        let createdBy = flags & Flags.creator != 0 ? reader.entity() : nil
        let key = reader.shortText()
        let name = reader.longText()
        guard !reader.failed, reader.remaining == 0 else { damagedRecord("campaigns") }
        return CampaignRow(
            gate: gate, hasDocument: flags & Flags.document != 0, revision: revision, createdAt: createdAt,
            updatedAt: updatedAt, createdBy: createdBy, key: key, name: name)
    }
}
