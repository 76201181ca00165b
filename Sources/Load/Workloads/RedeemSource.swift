import NIOCore

/// Claims, one a request, each by somebody new.
final class RedeemSource: RequestSource {
    private(set) var ledger = ClaimLedger()
    /// The redemption of each redeemer, where a later part of the run asks for it.
    private(set) var redemptions: [Int: UInt64] = [:]
    private var numbers: NumberSeries
    private let body: ClaimBody
    private let head: [UInt8]
    private let remembers: Bool

    init(_ body: ClaimBody, _ parts: RequestParts, numbers: NumberSeries, remembers: Bool = false) {
        self.body = body
        self.numbers = numbers
        self.remembers = remembers
        head = parts.post("/api/invitations/redeem")
    }

    func next(into buffer: inout ByteBuffer) -> RequestTag? {
        guard let number = numbers.take() else { return nil }
        body.write(number, behind: head, to: &buffer)
        return RequestTag(number: number)
    }

    func read(_ piece: AnswerPiece, of tag: RequestTag, index: Int) -> Outcome {
        ledger.read(piece, number: tag.number, targets: body.targets) { [self] in
            if remembers { redemptions[tag.number] = piece.id }
        }
    }

    func finish(_ tag: RequestTag, pieces: Int, isLost: Bool) {
        if isLost || pieces == 0 { ledger.unknown.insert(tag.number) }
    }
}

extension ClaimLedger {
    /// Understands the answer to a first claim.
    mutating func read(
        _ piece: AnswerPiece, number: Int, targets: ClaimTargets, granted isGranted: () -> Void = {}
    ) -> Outcome {
        switch piece.already {
        case false?:
            granted.insert(number)
            isGranted()
            return .granted
        case true?:
            // No redeemer asks twice here, so another client has claimed under this name.
            secondGrants += 1
            note(number)
            return .already
        case nil: return readRefusal(piece, number: number, targets: targets)
        }
    }

    /// Understands an answer that gives nothing.
    mutating func readRefusal(_ piece: AnswerPiece, number: Int, targets: ClaimTargets) -> Outcome {
        guard piece.isRefusal else {
            // "Overloaded" promises that nothing happened; answers of a gateway or a failing disk promise nothing.
            let isPromise = piece.code?.elementsEqual("overloaded".utf8) == true
            if piece.status >= 500, !isPromise { unknown.insert(number) }
            return .failed
        }
        if piece.code?.elementsEqual("exhausted".utf8) == true { soldOut.insert(targets.index(of: number)) }
        return .refused
    }
}
