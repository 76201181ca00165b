internal import Journal
internal import Store

/// A revocation of a campaign's codes whose rows are written in more pieces than one.
///
/// Its first command takes all codes back that the campaign has at that time; its pieces write the rows and count.
public struct BigRevocation: Sendable {
    /// The number that tells it apart.
    public let end: EntityNumber
    /// The codes counted so far.
    public private(set) var revoked = RevokedCodes()
    /// True if rows are left to write.
    public private(set) var isLeft = true

    /// Takes the codes back.
    ///
    /// - Returns: nil when too many big commands are under way, or one of the same campaign.
    /// - Throws: `notFound` for the campaign.
    public static func begin(
        _ command: RevokeCodes, in context: inout DecisionContext
    ) throws(Rejection) -> BigRevocation? {
        let campaign = try Codes.campaign(of: command, in: context)
        return PendingRanges.revoke(campaign, tenant: command.tenant, in: &context).map { BigRevocation(end: $0.end) }
    }

    private init(end: EntityNumber) { self.end = end }

    /// Writes the rows of a piece; gives the revocation as it is afterwards.
    public func take(in context: inout DecisionContext) -> BigCommandStep<BigRevocation> {
        var next = self
        guard let isLeft = PendingRanges.writePiece(ofRevocationBefore: end, &next.revoked, in: &context) else {
            return .lost
        }
        next.isLeft = isLeft
        return .done(next)
    }
}

extension PendingRanges {
    /// Writes the rows of the next codes of a revocation, and with the last ones ends it.
    ///
    /// - Returns: true if some are left; nil when it is not pending any more.
    static func writePiece(
        ofRevocationBefore end: EntityNumber, _ revoked: inout RevokedCodes, in context: inout DecisionContext
    ) -> Bool? {
        guard let mark = context.pending.revocations.first(where: { $0.end == end }) else { return nil }
        var walk = CodeWalk(tenant: mark.tenant, campaign: mark.campaign, from: mark.next, upTo: mark.end)
        let isLeft = Codes.take(
            &walk, codesMax: Codes.pieceMax, for: mark, &revoked, in: &context)
        advance(mark, to: isLeft ? walk.next : nil, in: &context)
        return isLeft
    }

    /// Brings work a piece further that nobody carries out any more: what was hidden is removed, what was taken back is
    /// written.
    ///
    /// - Parameters:
    ///   - end: One of ``ends``; nothing happens when it is not pending.
    ///   - context: The context of the command.
    public static func settlePiece(ofWorkBefore end: EntityNumber, in context: inout DecisionContext) {
        var revoked = RevokedCodes()
        if writePiece(ofRevocationBefore: end, &revoked, in: &context) == nil {
            _ = removePiece(ofRangeBefore: end, in: &context)
        }
    }
}
