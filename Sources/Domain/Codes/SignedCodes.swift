internal import Journal
public import Store

/// Signed codes that one command has made: alike but for the numbers behind their nonces.
///
/// Their texts are made from this whenever they are asked for, always the same: signing keys stay, and so do public ids.
public struct SignedCodes: Equatable, Sendable {
    /// The numbers behind their nonces.
    let numbers: CodeNumbers
    /// The key that signs.
    let keyID: UInt8
    let campaign: EntityNumber?
    let maxUses: UInt64
    let expiresAt: Timestamp?
    let createdAt: Timestamp

    /// Whose codes.
    public var tenant: TenantNumber { numbers.tenant }
    /// The number of codes.
    public var count: Int { numbers.count }

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
                nonce: ids.id(numbers.number(at: index)))
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
            numbers.encode(version: SignedCodes.formatVersion, to: &writer)
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
        guard let numbers = CodeNumbers(version: SignedCodes.formatVersion, &reader) else { return nil }
        self.numbers = numbers
        keyID = reader.byte()
        maxUses = reader.compact()
        createdAt = reader.instant()
        let flags = reader.byte()
        campaign = flags & Flags.campaign != 0 ? reader.entity() : nil
        expiresAt = flags & Flags.expires != 0 ? reader.instant() : nil
        guard !reader.failed, reader.isFinished else { return nil }
    }

    init(
        numbers: CodeNumbers, keyID: UInt8, campaign: EntityNumber?, maxUses: UInt64, expiresAt: Timestamp?,
        createdAt: Timestamp
    ) {
        self.numbers = numbers
        self.keyID = keyID
        self.campaign = campaign
        self.maxUses = maxUses
        self.expiresAt = expiresAt
        self.createdAt = createdAt
    }
}
