internal import Crypto
internal import Journal

/// A part of a stored answer.
enum AnswerPart: Sendable {
    /// The first: all about the answer, with as much of its body as there is room for.
    case first(IdempotencyRecord, bodyBytes: UInt32)
    /// A further one: bytes of the body.
    case further([UInt8])
}
