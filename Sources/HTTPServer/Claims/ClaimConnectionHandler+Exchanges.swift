import API
import NIOCore
import Wire

/// The answers of a connection, in the order of its requests.
extension ClaimConnectionHandler {
    /// The number of exchanges whose answer has not left.
    var exchangeCount: Int { exchanges.count }

    /// Opens an exchange and gives its ordinal.
    func begin(isKeepAlive: Bool, _ traceID: TraceID? = nil, _ claim: ClaimOperation? = nil) -> Int {
        noteAccess(exchanges.begin(.waiting(isKeepAlive: isKeepAlive, since: loop.tick, traceID, claim)))
    }

    /// The batch that is under way: always the newest exchange, because nothing is begun after it.
    var currentBatch: BatchExchange? {
        if case .batch(let batch)? = exchanges.last { batch } else { nil }
    }

    /// Opens the exchange of a batch.
    func begin(_ batch: BatchExchange) {
        _ = noteAccess(exchanges.begin(.batch(batch)))
    }

    /// Keeps the request that was begun for the access log until its exchange has an answer; gives the ordinal.
    private func noteAccess(_ ordinal: Int) -> Int {
        if let accessBegun { accessed[ordinal] = accessBegun }
        accessBegun = nil
        return ordinal
    }

    private func exchange(_ ordinal: Int) -> Exchange? {
        exchanges.contains(ordinal) ? exchanges[ordinal] : nil
    }

    /// The trace that an exchange's request names.
    func traceID(of ordinal: Int) -> TraceID? {
        switch exchange(ordinal) {
        case .waiting(_, _, let traceID, _)?: traceID
        case .passed?: passage.traceID
        case .ready?, .batch?, nil: nil
        }
    }

    /// The claim operation that an exchange's request is for; nil where there is none.
    func claim(of ordinal: Int) -> ClaimOperation? {
        switch exchange(ordinal) {
        case .waiting(_, _, _, let claim)?: claim
        case .batch?: .batch
        case .passed?, .ready?, nil: nil
        }
    }

    /// True if the connection closes after this exchange's answer.
    func closesAfter(_ ordinal: Int) -> Bool {
        guard case .waiting(let isKeepAlive, _, _, _)? = exchange(ordinal) else { return false }
        if !isKeepAlive { return true }
        guard isQuiescing, ordinal == exchanges.nextOrdinal - 1, held.isEmpty, case .idle = inbound else {
            return false
        }
        return true
    }

    /// Answers an exchange with a problem.
    func answer(_ ordinal: Int, _ problem: Problem) {
        let closes = problem.closes || closesAfter(ordinal)
        let response = loop.response(problem, to: claim(of: ordinal), closes: closes, traceID: traceID(of: ordinal))
        finish(ordinal, response, closes: closes)
    }

    /// Answers an exchange with a formatted response.
    func answer(_ ordinal: Int, _ response: ByteBuffer) {
        finish(ordinal, response, closes: closesAfter(ordinal))
    }

    func finish(_ ordinal: Int, _ response: ByteBuffer, closes: Bool) {
        guard isOpen, exchanges.contains(ordinal) else { return }
        if let request = accessed.removeValue(forKey: ordinal) {
            loop.services.accessLog?.end(
                request, with: response.readableBytesView, traceID: traceID(of: ordinal))
        }
        guard exchanges.isNext(ordinal) else {
            exchanges[ordinal] = .ready(response, closes: closes)
            return
        }
        removeFirstExchange()
        edge.write(response)
        if closes { return beginClosing() }
        while let early = exchanges.takeReady() {
            edge.write(early.bytes)
            if early.closes { return beginClosing() }
        }
    }

    func removeFirstExchange() {
        exchanges.removeFirst()
        times.lastActivity = loop.tick
    }

    /// Ends a batch's exchange after its last answer was written.
    func finishBatch(closes: Bool) {
        if let request = accessed.removeValue(forKey: exchanges.firstOrdinal) {
            loop.services.accessLog?.end(request, status: 200, traceID: nil)
        }
        removeFirstExchange()
        if closes { beginClosing() }
    }

    /// True if the batch is the exchange whose answer may leave now.
    func isFirst(_ batch: BatchExchange) -> Bool {
        guard case .batch(let first)? = exchanges.first else { return false }
        return first === batch
    }

    /// Ends a round of answers: writes what batches have, sends all of it, takes up what was held back.
    func finishRound() {
        if case .batch(let batch)? = exchanges.first { advanceBatch(batch) }
        settle()
        if !held.isEmpty || readSuppressed { resume() }
    }

    /// Sends what was written and does what had to wait for the answers before it.
    func settle() {
        guard isOpen, let context else { return }
        edge.flush()
        if let parserError, !hasBrokenOff, held.isEmpty { breakOff(parserError) }
        guard exchanges.isEmpty, held.isEmpty else { return }
        if case .closing = inbound { return }
        if let parserError {
            // The broken part belongs to a request that has its answer: another one would be taken for that of the
            // next.
            if isRequestAnswered { beginClosing() } else { answerParserError(parserError) }
        } else if let event = inputClosedEvent {
            inputClosedEvent = nil
            context.fireUserInboundEventTriggered(event)
        } else if isQuiescing, case .idle = inbound {
            context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }
}
