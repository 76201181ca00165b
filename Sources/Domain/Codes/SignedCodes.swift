internal import Journal
public import Store

/// Signed codes that one command has made: alike but for the numbers behind their nonces.
///
/// Their texts are made from this whenever they are asked for, always the same: signing keys stay, and so do public ids.
public struct SignedCodes: Equatable, Sendable {
    /// Whose codes.
    public let tenant: TenantNumber
    /// The number behind the nonce of the first one.
    let first: EntityNumber
    /// The number of codes.
    public let count: Int
    /// The key that signs.
    let keyID: UInt8
    let campaign: EntityNumber?
    let maxUses: UInt64
    let expiresAt: Timestamp?
    let createdAt: Timestamp

    /// Some of the codes, in order.
    ///
    /// - Precondition: the state is that of the command or a later one.
    public func codes(_ indexes: Range<Int>, in state: some StateReading) -> [SignedCode] {
        precondition(0 <= indexes.lowerBound && indexes.upperBound <= count, "codes of the command are asked for")
        guard let secret = SigningKeys.secret(keyID, state: state), let ids = PublicIDs.load(from: state) else {
            damagedRecord("settings")
        }
        let key = campaign.flatMap { Campaigns.row($0, tenant: tenant, state: state)?.key }
        return indexes.map { index in
            let payload = SignedPayload(
                keyID: keyID, campaign: campaign, maxUses: maxUses, expiresAt: expiresAt,
                nonce: ids.id(EntityNumber(rawValue: first.rawValue + UInt64(index))))
            return SignedCode(
                text: payload.text(tenant: tenant, secret: secret, ids: ids), campaign: campaign, campaignKey: key,
                maxUses: maxUses, expiresAt: expiresAt, createdAt: createdAt)
        }
    }

    // MARK: Stored form

    private static let formatVersion: UInt8 = 1

    private enum Flags {
        static let campaign: UInt8 = 1
        static let expires: UInt8 = 2
    }

    /// The stored form: what a repeated command is answered from.
    public var encoded: [UInt8] {
        ValueWriter.bytes { writer in
            writer.append(byte: SignedCodes.formatVersion)
            writer.append(compact: UInt64(tenant.rawValue))
            writer.append(entity: first)
            writer.append(compact: UInt64(count))
            writer.append(byte: keyID)
            writer.append(compact: maxUses)
            writer.append(instant: createdAt)
            writer.append(byte: (campaign == nil ? 0 : Flags.campaign) | (expiresAt == nil ? 0 : Flags.expires))
            if let campaign { writer.append(entity: campaign) }
            if let expiresAt { writer.append(instant: expiresAt) }
        }
    }

    /// Reads the stored form; nil when the bytes are not one.
    public init?(decoding bytes: RawSpan) {
        var reader = ValueReader(bytes)
        guard reader.byte() == SignedCodes.formatVersion else { return nil }
        tenant = TenantNumber(rawValue: UInt32(truncatingIfNeeded: reader.compact()))
        first = reader.entity()
        count = Int(clamping: reader.compact())
        keyID = reader.byte()
        maxUses = reader.compact()
        createdAt = reader.instant()
        let flags = reader.byte()
        campaign = flags & Flags.campaign != 0 ? reader.entity() : nil
        expiresAt = flags & Flags.expires != 0 ? reader.instant() : nil
        guard !reader.failed, reader.isFinished else { return nil }
    }

    init(
        tenant: TenantNumber, first: EntityNumber, count: Int, keyID: UInt8, campaign: EntityNumber?, maxUses: UInt64,
        expiresAt: Timestamp?, createdAt: Timestamp
    ) {
        self.tenant = tenant
        self.first = first
        self.count = count
        self.keyID = keyID
        self.campaign = campaign
        self.maxUses = maxUses
        self.expiresAt = expiresAt
        self.createdAt = createdAt
    }
}
