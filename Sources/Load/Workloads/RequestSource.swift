import NIOCore

/// Makes the requests of one event loop and understands their answers.
///
/// Not shared: each event loop has its own.
protocol RequestSource: AnyObject {
    /// The answers so far.
    var ledger: ClaimLedger { get }

    /// Appends the next request; nil when there will be no more.
    func next(into buffer: inout ByteBuffer) -> RequestTag?

    /// Understands a piece of an answer; `index` counts the pieces of one answer.
    func read(_ piece: AnswerPiece, of tag: RequestTag, index: Int) -> Outcome

    /// Ends an answer of `pieces` pieces; `isLost` when it broke off or never came.
    func finish(_ tag: RequestTag, pieces: Int, isLost: Bool)

    /// True if the pieces of an answer are lines with a status of their own.
    var readsLines: Bool { get }
}

extension RequestSource {
    var readsLines: Bool { false }
}
