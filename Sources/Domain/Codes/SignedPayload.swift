internal import Crypto
internal import Journal
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The terms inside of a signed code, then a part of the HMAC-SHA256 over them and the tenant.
///
/// Format 1 has the end in whole seconds before 2106 and 35 bytes, exactly 56 characters; format 2 has it in
/// milliseconds and 40 bytes, exactly 64 characters. Each payload has one format and so one text. Verified without a
/// row; the first claim makes one. The number behind the nonce is never given out twice, so that two codes with equal
/// terms differ.
struct SignedPayload: Equatable {
    /// The signing key.
    var keyID: UInt8
    /// The campaign; nil for a code that stands alone.
    var campaign: EntityNumber?
    /// The places.
    var maxUses: UInt64
    /// When it stops working; nil for never.
    var expiresAt: Timestamp?
    /// The public id of a number that nothing else has.
    var nonce: UInt64

    /// The format of a payload: its raw value is the first byte.
    private enum Format: UInt8, CaseIterable {
        case seconds = 1
        case milliseconds = 2

        var endBytes: Int { self == .seconds ? 4 : 6 }
        var payloadBytes: Int { 19 + endBytes }
        var tagBytes: Int { self == .seconds ? 12 : 15 }
        /// Of the code's text: 8 characters for 5 bytes.
        var textLength: Int { (payloadBytes + tagBytes) / 5 * 8 }
        /// Milliseconds of the unit that the end is counted in.
        var unit: Int64 { self == .seconds ? 1000 : 1 }
    }

    /// The shortest format that holds the end.
    private var format: Format {
        guard let milliseconds = expiresAt?.milliseconds else { return .seconds }
        let isShort = milliseconds % 1000 == 0 && milliseconds / 1000 <= Int64(UInt32.max)
        return isShort ? .seconds : .milliseconds
    }

    /// The code's text.
    func text(tenant: TenantNumber, secret: [UInt8], ids: PublicIDs) -> String {
        let payload = encoded(ids: ids)
        return CodeAlphabet.encode(
            payload + SignedPayload.tag(payload, tenant: tenant, secret: secret).prefix(format.tagBytes))
    }

    /// True if a text has the form of a signed code, whoever has signed it.
    static func mayBeSigned(_ text: CodeText) -> Bool { form(of: text) != nil }

    /// The format of a text that has the form of a signed code, and its bytes: payload, then signature.
    private static func form(of text: CodeText) -> (format: Format, bytes: [UInt8])? {
        guard let format = Format.allCases.first(where: { $0.textLength == text.text.utf8.count }),
            let bytes = CodeAlphabet.decode(text.text), bytes[0] == format.rawValue
        else { return nil }
        return (format, bytes)
    }

    /// The payload of a text that this store has signed for the tenant; nil for any other text.
    ///
    /// Takes the same time for every wrong signature. The caller checks that the code has not expired.
    static func verify(_ text: CodeText, tenant: TenantNumber, state: some StateReading) -> SignedPayload? {
        guard let (format, bytes) = form(of: text) else { return nil }
        let payload = Array(bytes.prefix(format.payloadBytes))
        guard let secret = SigningKeys.secret(payload[1], state: state), let ids = PublicIDs.load(from: state) else {
            return nil
        }
        let expected = tag(payload, tenant: tenant, secret: secret)
        let difference = zip(expected, bytes.dropFirst(format.payloadBytes)).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
        guard difference == 0 else { return nil }
        guard let decoded = SignedPayload(decoding: payload, format, ids: ids) else { return nil }
        if let campaign = decoded.campaign, Campaigns.gate(campaign, tenant: tenant, state: state) == nil {
            return nil
        }
        return decoded
    }

    private static func tag(_ payload: [UInt8], tenant: TenantNumber, secret: [UInt8]) -> [UInt8] {
        var message = Array("usher signed code".utf8)
        for shift in [24, 16, 8, 0] { message.append(UInt8(truncatingIfNeeded: tenant.rawValue >> UInt32(shift))) }
        message += payload
        let code = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: secret))
        return Array(code)
    }

    /// Format, key id, campaign (52 bits), nonce (52 bits), places (32 bits), end (32 or 48 bits), first bits first.
    private func encoded(ids: PublicIDs) -> [UInt8] {
        let campaignID = campaign.map { ids.id($0) } ?? 0
        let end = expiresAt.map { UInt64($0.milliseconds / format.unit) } ?? 0
        var bytes = [format.rawValue, keyID]
        SignedPayload.append(campaignID >> 4, bytes: 6, to: &bytes)
        bytes.append(UInt8(truncatingIfNeeded: (campaignID & 15) << 4 | nonce >> 48))
        SignedPayload.append(nonce & 0xFFFF_FFFF_FFFF, bytes: 6, to: &bytes)
        SignedPayload.append(maxUses, bytes: 4, to: &bytes)
        SignedPayload.append(end, bytes: format.endBytes, to: &bytes)
        return bytes
    }

    private init?(decoding bytes: [UInt8], _ format: Format, ids: PublicIDs) {
        func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        keyID = bytes[1]
        let campaignID = number(2..<8) << 4 | UInt64(bytes[8] >> 4)
        nonce = UInt64(bytes[8] & 15) << 48 | number(9..<15)
        maxUses = number(15..<19)
        let end = number(19..<format.payloadBytes)
        campaign = ids.number(campaignID)
        expiresAt = end == 0 ? nil : Timestamp(milliseconds: Int64(end) * format.unit)
        guard maxUses > 0 else { return nil }
    }

    private static func append(_ value: UInt64, bytes count: Int, to bytes: inout [UInt8]) {
        for index in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
    }

    init(keyID: UInt8, campaign: EntityNumber?, maxUses: UInt64, expiresAt: Timestamp?, nonce: UInt64) {
        self.keyID = keyID
        self.campaign = campaign
        self.maxUses = maxUses
        self.expiresAt = expiresAt
        self.nonce = nonce
    }
}
