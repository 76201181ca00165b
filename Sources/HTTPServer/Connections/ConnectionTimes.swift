/// When things last happened on a connection, in ticks (seconds) of its loop, and the limit that is over.
struct ConnectionTimes {
    /// The first byte of the request that has not arrived as a whole.
    var requestStart: Int?
    /// The last byte that came, or the last answer that left.
    var lastActivity: Int
    /// The client has left answers unread since then.
    var unwritableSince: Int?
    /// The connection has been ending since then.
    var closingSince: Int?
    /// True once our side has ended: from there on it is the client's turn.
    var isOutputClosed = false

    /// The thing that takes too long.
    enum Overdue {
        /// The connection as a whole: it is closed without a word.
        case connection
        /// The answer that has to leave next: its outcome is not known.
        case answer
        /// The rest of a request.
        case request
    }

    /// The facts that limits depend on and that only the connection knows.
    struct Facts {
        /// Since when the server, or this connection, takes no more requests.
        var drainingSince: Int?
        /// True if the answer that has to leave next is awaited for too long.
        var isAnswerOverdue: Bool
        /// True if the rest of a request is not read at the moment: the wait for it has a limit of its own.
        var isPaused: Bool
        /// True if no answer is awaited.
        var isIdle: Bool
        /// True if the connection is beyond the limit on their number.
        var isBeyond: Bool
    }

    init(tick: Int) { lastActivity = tick }

    /// Looks at every limit.
    ///
    /// Called once a tick.
    ///
    /// - Returns: the first that is over, or nil.
    mutating func overdue(at tick: Int, _ limits: ConnectionLimits, _ facts: Facts) -> Overdue? {
        if let since = facts.drainingSince, tick - since > limits.drainSeconds { return .connection }
        if let closingSince {
            // No other limit applies: an answer to a request that is not here as a whole would begin the end anew.
            let seconds = isOutputClosed ? ConnectionLimits.lingerSeconds : limits.writeSeconds
            return tick - closingSince > seconds ? .connection : nil
        }
        if let unwritableSince, tick - unwritableSince > limits.writeSeconds { return .connection }
        if facts.isAnswerOverdue { return .answer }
        if facts.isPaused {
            requestStart = requestStart.map { _ in tick }
        } else if let requestStart, tick - requestStart > limits.requestSeconds {
            return .request
        }
        let idleSeconds = facts.isBeyond ? ConnectionLimits.beyondSeconds : limits.idleSeconds
        return requestStart == nil && facts.isIdle && tick - lastActivity > idleSeconds ? .connection : nil
    }
}
