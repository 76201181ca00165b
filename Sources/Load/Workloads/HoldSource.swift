import NIOCore

/// Holds, of which two in five are confirmed, two released, and one left to expire.
final class HoldSource: RequestSource {
    private enum Step {
        static let hold: UInt8 = 0
        static let confirm: UInt8 = 1
        static let release: UInt8 = 2
    }

    private(set) var ledger = ClaimLedger()
    private var numbers: NumberSeries
    private var waiting = CircularBuffer<RequestTag>()
    private let body: ClaimBody
    private let head: [UInt8]
    private let confirm: (before: [UInt8], after: [UInt8])
    private let release: (before: [UInt8], after: [UInt8])

    init(_ body: ClaimBody, _ parts: RequestParts, numbers: NumberSeries) {
        self.body = body
        self.numbers = numbers
        head = parts.post("/api/invitations/holds")
        confirm = parts.emptyPost("/api/invitations/holds/", "/confirm")
        release = parts.emptyPost("/api/invitations/holds/", "/release")
    }

    func next(into buffer: inout ByteBuffer) -> RequestTag? {
        if let tag = waiting.popFirst() {
            let request = tag.step == Step.confirm ? confirm : release
            buffer.writeBytes(request.before)
            DecimalText.write(Int(tag.id), to: &buffer)
            buffer.writeBytes(request.after)
            return tag
        }
        guard let number = numbers.take() else { return nil }
        body.write(number, behind: head, to: &buffer)
        return RequestTag(number: number)
    }

    func read(_ piece: AnswerPiece, of tag: RequestTag, index: Int) -> Outcome {
        switch tag.step {
        case Step.hold: return readHold(piece, tag.number)
        case Step.confirm:
            guard piece.already != nil else { return readFailure(piece, tag.number) }
            ledger.held.remove(tag.number)
            ledger.granted.insert(tag.number)
            return .confirmed
        default:
            guard piece.status == 200 else { return readFailure(piece, tag.number) }
            ledger.held.remove(tag.number)
            ledger.released.insert(tag.number)
            return .released
        }
    }

    private func readHold(_ piece: AnswerPiece, _ number: Int) -> Outcome {
        guard piece.already == false else {
            return ledger.readRefusal(piece, number: number, targets: body.targets)
        }
        ledger.held.insert(number)
        guard let id = piece.id else { return .held }
        switch number % 5 {
        case 0, 1: waiting.append(RequestTag(number: number, step: Step.confirm, id: id))
        case 2, 3: waiting.append(RequestTag(number: number, step: Step.release, id: id))
        default: break
        }
        return .held
    }

    /// Notes a failed step: a refused hold has run out, and one whose request failed may have been changed.
    private func readFailure(_ piece: AnswerPiece, _ number: Int) -> Outcome {
        if piece.isRefusal { return .refused }
        if piece.status >= 500 { lose(number) }
        return .failed
    }

    func finish(_ tag: RequestTag, pieces: Int, isLost: Bool) {
        if isLost || pieces == 0 { lose(tag.number) }
    }

    private func lose(_ number: Int) {
        ledger.held.remove(number)
        ledger.unknown.insert(number)
    }
}
