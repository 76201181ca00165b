/// The operations that connections answer without a task where no `Idempotency-Key` asks for more, as
/// ``Operation/Work/claim(_:)`` declares them.
package enum ClaimOperation: Sendable {
    case redeem
    case batch
    case hold

    /// The form of its body; nil for lines.
    package var form: ClaimRequest.Form? {
        switch self {
        case .redeem: .redeem
        case .hold: .hold
        case .batch: nil
        }
    }

    /// True if its body has lines, each a claim of its own.
    package var isBatch: Bool { self == .batch }

    /// True if a repeat with the same `Idempotency-Key` gets the stored answer; a line of a batch is repeatable by its
    /// redeemer.
    package var takesIdempotencyKey: Bool { !isBatch }
}
