/// The operations that are answered without a task: which of them, as ``Operation/Work/claim(_:)`` says.
package enum ClaimOperation: Sendable {
    case redeem
    case batch
    case hold

    /// Whether its body is lines, each a claim of its own.
    package var isBatch: Bool { self == .batch }

    /// Whether a repeat with the same `Idempotency-Key` gets the stored answer; a line of a batch is repeatable by its
    /// redeemer.
    package var takesIdempotencyKey: Bool { !isBatch }
}
