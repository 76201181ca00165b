/// The counts and times of one phase.
struct PhaseTally: Sendable {
    /// Times of answers that are decisions.
    var latency = LatencyHistogram()
    /// Times of answers that are none: the server had too much to do.
    var failureLatency = LatencyHistogram()
    /// Requests that were sent, and in an open loop those that were due.
    var requests = 0
    /// Requests whose answer is complete.
    var answered = 0
    /// Claims, and steps of holds, that were decided.
    var granted = 0
    var already = 0
    var held = 0
    var confirmed = 0
    var released = 0
    var read = 0
    var refused = Tally()
    var errors = Tally()

    /// Everything that was decided.
    var decided: Int { granted + already + held + confirmed + released + refused.sum }

    /// Counts the outcome of a piece of an answer.
    mutating func count(_ outcome: Outcome, _ piece: AnswerPiece) {
        switch outcome {
        case .granted: granted += 1
        case .already: already += 1
        case .held: held += 1
        case .confirmed: confirmed += 1
        case .released: released += 1
        case .read: read += 1
        case .refused: PhaseTally.add(piece, to: &refused)
        case .failed: PhaseTally.add(piece, to: &errors)
        }
    }

    private static func add(_ piece: AnswerPiece, to tally: inout Tally) {
        if let code = piece.code { tally.add(code) } else { tally.add("status_\(piece.status)".utf8) }
    }

    /// Adds everything of the same phase on another event loop.
    mutating func merge(_ other: PhaseTally) {
        latency.merge(other.latency)
        failureLatency.merge(other.failureLatency)
        requests += other.requests
        answered += other.answered
        granted += other.granted
        already += other.already
        held += other.held
        confirmed += other.confirmed
        released += other.released
        read += other.read
        refused.merge(other.refused)
        errors.merge(other.errors)
    }
}
