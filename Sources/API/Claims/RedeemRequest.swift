import Domain
import JSONText
import Wire

/// The body of a claim: what ``ClaimRequest`` reads in one pass, as a declaration that a test compares it with.
enum RedeemRequest: RequestBody {
    static let schemaName = "RedeemRequest"

    static func read(_ body: inout BodyReader) -> ClaimCommand? { body.claim { _ in .redeem } }
}

extension BodyReader {
    /// The members of a claim; the closure reads those that say which kind of claim it is.
    mutating func claim(_ kind: (inout BodyReader) -> ClaimKind) -> ClaimCommand? {
        // A code that is sent beside a campaign is not looked at.
        var rule = TextRule.code
        rule.isJudged = false
        let code = text("code", "The code, in any spelling; either it or campaign.", rule)
        let campaign = text("campaign", "The key of a campaign that is claimed without a code.")
        let redeemer = account("redeemer_id", "The account that gets the places.", isRequired: true)
        let quantity = integer("quantity", "The places.", in: ClaimRequest.quantityRange, default: 1)
        for (name, about, max) in BodyReader.claimTexts { _ = text(name, about, .characters(max: max)) }
        let honeypot = honeypot()
        let invitation = integer("invitation_id", "The invitation that led here.", in: Schema.idRange)
        let metadata = json(
            "metadata", "An object that is kept with the claim.", bytesMax: ClaimRequest.metadataBytesMax)
        let claim = kind(&self)
        guard let target = target(code: code, campaign: campaign), let redeemer else { return nil }
        return ClaimCommand(
            tenant: scope.tenant, target: target, redeemer: redeemer, quantity: UInt32(clamping: quantity ?? 1),
            kind: claim, honeypot: honeypot, invitation: invitation.map { UInt64(clamping: $0) }, metadata: metadata)
    }

    /// Texts about the one who claims, and the most characters of each.
    private static let claimTexts = [
        ("email", "The e-mail address of the one who claims.", 255),
        ("ip", "The address that the claim came from.", 128),
        ("user_agent", "The browser that the claim came from.", 1024),
        ("fingerprint", "The fingerprint of that browser.", 128),
    ]

    /// The trap field of a form: people leave it empty.
    private mutating func honeypot() -> Bool {
        let value = value(
            "honeypot", "A trap field of a form, which people leave empty.", ["type": ["string", "boolean"]])
        switch value {
        case .string(let text)?: return !text.isEmpty
        case .bool(let flag)?: return flag
        case nil: return false
        default:
            fail("honeypot", "Must be a string or a boolean.")
            return false
        }
    }

    private mutating func target(code: String?, campaign: String?) -> ClaimTarget? {
        switch (code, campaign) {
        case (let code?, nil):
            if let text = CodeText(raw: code) { return .code(text) }
            fail("code", CodeText.rule)
        // A key that no campaign can have is an unknown one, not a malformed one; nothing has the empty key.
        case (nil, let key?): return .campaign(key.utf8.count <= ClaimRequest.campaignKeyBytesMax ? key : "")
        case (_?, _?): fail("campaign", "Send either code or campaign, not both.")
        case (nil, nil): if errors["code"] == nil, errors["campaign"] == nil { fail("code", "Is required.") }
        }
        return nil
    }
}
