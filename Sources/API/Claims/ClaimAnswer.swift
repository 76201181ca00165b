package import Domain
import JSONText
package import Journal
package import Wire

/// Writes claim outcomes as the API shows them: the one place for single answers, batch lines and confirmed holds.
package struct ClaimAnswer: Sendable {
    /// Turns internal numbers into the ids that are shown.
    let ids: PublicIDs
    /// The id of the code and of the campaign written last: in a launch most answers are about the same, and an id
    /// costs six rounds of SipHash.
    private var code = Shown()
    private var campaign = Shown()

    private var instant = ShownInstant()

    private struct Shown {
        var number: EntityNumber?
        var id: UInt64?

        mutating func id(of number: EntityNumber?, _ ids: PublicIDs) -> UInt64? {
            if number != self.number { self = Shown(number: number, id: number.map(ids.id)) }
            return id
        }
    }

    package init(ids: PublicIDs) {
        self.ids = ids
    }

    /// The HTTP status of an outcome.
    package static func status(_ outcome: ClaimOutcome) -> Int {
        switch outcome {
        case .redeemed: 200
        case .held(_, let already): already ? 200 : 201
        case .refused(let refusal): refusal.reason.status
        }
    }

    /// The most bytes that a success can have: the longest accounts, of the redeemer and of both sides of the referral, each
    /// byte of them escaped, and the constant parts.
    package static let bytesMax = AccountID.lengthMax * 6 * 3 + 1536

    /// Appends the body of a success; a batch line also says its status.
    ///
    /// Without a position that member is left out. Written into memory of a fixed size, not into any kind of text: one
    /// compiled writer for single answers and batch lines.
    ///
    /// - Precondition: the outcome is not a refusal; those are a ``Problem``.
    package mutating func write(
        _ outcome: ClaimOutcome, position: LogPosition?, lineStatus: Int? = nil, to writer: inout FixedText
    ) {
        switch outcome {
        case .redeemed(let redemption, let already):
            writer.raw(already ? "{\"ok\":true,\"already\":true" : "{\"ok\":true,\"already\":false")
            writeLineStatus(lineStatus, to: &writer)
            writer.raw(",\"redemption\":")
            write(redemption, to: &writer)
            writer.raw(",\"referral\":")
            if let referral = redemption.referral { write(referral.value, to: &writer) } else { writer.raw("null") }
        case .held(let hold, let already):
            writer.raw(already ? "{\"ok\":true,\"already\":true" : "{\"ok\":true,\"already\":false")
            writeLineStatus(lineStatus, to: &writer)
            writer.raw(",\"hold\":")
            write(hold, to: &writer)
        case .refused: preconditionFailure("a refusal is written as a problem")
        }
        if let position {
            writer.raw(",\"position\":")
            writer.position(position)
        }
        writer.raw("}")
    }

    private func writeLineStatus(_ status: Int?, to writer: inout FixedText) {
        guard let status else { return }
        writer.raw(",\"status\":")
        writer.integer(status)
    }

    /// Appends a redemption as the user surface shows it.
    mutating func write(_ redemption: Redemption, to writer: inout FixedText) {
        writer.raw("{\"id\":")
        writer.integer(ids.id(redemption.number))
        writer.raw(",\"code_id\":")
        writer.integer(code.id(of: redemption.code, ids))
        writer.raw(",\"campaign_id\":")
        writer.integer(campaign.id(of: redemption.campaign, ids))
        writer.raw(",\"redeemer_id\":")
        writer.string(redemption.redeemer.text)
        writer.raw(",\"invitation_id\":")
        writer.integer(redemption.invitation)
        writer.raw(",\"quantity\":")
        writer.integer(redemption.quantity)
        writer.raw(",\"redeemed_at\":")
        instant.write(redemption.redeemedAt, to: &writer)
        writer.raw("}")
    }

    /// Appends a referral.
    private mutating func write(_ referral: Referral, to writer: inout FixedText) {
        writer.raw("{\"id\":")
        writer.integer(ids.id(referral.number))
        writer.raw(",\"referrer_id\":")
        writer.string(referral.referrer.text)
        writer.raw(",\"referee_id\":")
        writer.string(referral.referee.text)
        writer.raw(",\"code_id\":")
        writer.integer(code.id(of: referral.code, ids))
        writer.raw(",\"campaign_id\":")
        writer.integer(campaign.id(of: referral.campaign, ids))
        writer.raw(",\"redemption_id\":")
        writer.integer(ids.id(referral.redemption))
        writer.raw(",\"status\":")
        writer.string(referral.status.word)
        writer.raw(",\"depth\":")
        writer.integer(referral.depth)
        writer.raw(",\"attributed_at\":")
        instant.write(referral.attributedAt, to: &writer)
        writer.raw(",\"qualified_at\":")
        if let qualifiedAt = referral.qualifiedAt { writer.time(qualifiedAt) } else { writer.raw("null") }
        writer.raw(",\"reversed_at\":")
        if let reversedAt = referral.reversedAt { writer.time(reversedAt) } else { writer.raw("null") }
        writer.raw("}")
    }

    /// Appends a hold.
    mutating func write(_ hold: Hold, to writer: inout FixedText) {
        writer.raw("{\"id\":")
        writer.integer(ids.id(hold.number))
        writer.raw(",\"state\":")
        writer.string(hold.state.word)
        writer.raw(",\"code_id\":")
        writer.integer(code.id(of: hold.code, ids))
        writer.raw(",\"campaign_id\":")
        writer.integer(campaign.id(of: hold.campaign, ids))
        writer.raw(",\"redeemer_id\":")
        writer.string(hold.redeemer.text)
        writer.raw(",\"invitation_id\":")
        writer.integer(hold.invitation)
        writer.raw(",\"quantity\":")
        writer.integer(hold.quantity)
        writer.raw(",\"created_at\":")
        writer.time(hold.createdAt)
        writer.raw(",\"expires_at\":")
        writer.time(hold.expiresAt)
        writer.raw(",\"redemption_id\":")
        writer.integer(hold.redemption.map(ids.id))
        writer.raw("}")
    }
}
