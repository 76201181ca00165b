import NIOCore

/// Claims by those who have a place already, in random order.
final class ReplaySource: RequestSource {
    private(set) var ledger = ClaimLedger()
    private let redemptions: [(number: Int, id: UInt64)]
    private var random: RandomNumbers
    private let body: ClaimBody
    private let head: [UInt8]

    init(_ body: ClaimBody, _ parts: RequestParts, redemptions: [(number: Int, id: UInt64)], seed: UInt64) {
        self.body = body
        self.redemptions = redemptions
        random = RandomNumbers(seed: seed)
        head = parts.post("/api/invitations/redeem")
    }

    func next(into buffer: inout ByteBuffer) -> RequestTag? {
        guard let choice = redemptions.randomElement(using: &random) else { return nil }
        body.write(choice.number, behind: head, to: &buffer)
        return RequestTag(number: choice.number, id: choice.id)
    }

    func read(_ piece: AnswerPiece, of tag: RequestTag, index: Int) -> Outcome {
        switch piece.already {
        case true?:
            if piece.id != tag.id {
                ledger.wrongReplays += 1
                ledger.note(tag.number)
            }
            return .already
        case false?:
            ledger.secondGrants += 1
            ledger.note(tag.number)
            return .granted
        case nil: return piece.isRefusal ? .refused : .failed
        }
    }

    /// Does nothing: after a lost replay the first claim is still known.
    func finish(_ tag: RequestTag, pieces: Int, isLost: Bool) {}
}
