import NIOCore

/// Sends reads, each path in turn.
final class ReadSource: RequestSource {
    let ledger = ClaimLedger()
    private let requests: [[UInt8]]
    private var turn: Int

    init(_ paths: [String], _ parts: RequestParts, worker: Int) {
        requests = paths.map { parts.get($0) }
        turn = worker
    }

    func next(into buffer: inout ByteBuffer) -> RequestTag? {
        turn += 1
        buffer.writeBytes(requests[turn % requests.count])
        return RequestTag(number: 0)
    }

    func read(_ piece: AnswerPiece, of tag: RequestTag, index: Int) -> Outcome {
        piece.status == 200 ? .read : .failed
    }

    func finish(_ tag: RequestTag, pieces: Int, isLost: Bool) {}
}
