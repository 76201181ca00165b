import API
import NIOCore
import NIOHTTP1
import Wire

/// Events, errors, deadlines and the end of a connection.
extension ClaimConnectionHandler {
    // MARK: Events

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        times.unwritableSince = context.channel.isWritable ? nil : loop.tick
        if context.channel.isWritable {
            if case .batch(let batch)? = exchanges.first { advanceBatch(batch) }
            resume()
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as ChannelEvent where event == .inputClosed:
            if case .closing = inbound { return closeNow() }
            inputClosedEvent = event
            if exchanges.isEmpty || isPassing { resume() }
            if isPassing, inputClosedEvent != nil {
                inputClosedEvent = nil
                context.fireUserInboundEventTriggered(event)
            }
        case let event as ChannelEvent where event == .outputClosed:
            // From here on it is the client's turn, for a short while.
            noteClosing()
            times.isOutputClosed = true
            times.closingSince = loop.tick
            context.fireUserInboundEventTriggered(event)
        case is ChannelShouldQuiesceEvent: quiesce()
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// Lets what was begun end, and then the connection.
    func quiesce() {
        guard !isQuiescing, let context else { return }
        isQuiescing = true
        quiescingSince = loop.tick
        if isPassing {
            context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        } else {
            settle()
        }
    }

    var isPassing: Bool {
        if case .passed? = exchanges.first { true } else { false }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .closing = inbound { return }
        if let error = error as? HTTPParserError {
            guard parserError == nil else { return }
            parserError = error
            settle()
        } else if isPassing {
            context.fireErrorCaught(error)
        } else {
            closeNow()
        }
    }

    /// True if the request that is being read has its answer, or the beginning of one.
    var isRequestAnswered: Bool {
        switch inbound {
        case .discarding: true
        case .passing: !isPassing || passage.isAnswering
        case .idle, .gathering, .batch, .closing: false
        }
    }

    /// Ends the request in which something that is no HTTP was found: no more of it will come.
    func breakOff(_ error: HTTPParserError) {
        hasBrokenOff = true
        switch inbound {
        case .gathering: inbound = .idle
        case .batch(let batch) where batch.isUnanswered:
            // Nothing of it was carried out: the problem is the whole answer.
            exchanges.takeBack()
            inbound = .idle
        case .batch(let batch):
            inbound = .discarding
            batch.breakOff()
            advanceBatch(batch)
        case .passing where isPassing:
            if passage.isAnswering { closeNow() } else { context?.fireErrorCaught(error) }
        case .idle, .passing, .discarding, .closing: break
        }
    }

    func answerParserError(_ error: HTTPParserError) {
        let problem: Problem
        switch error {
        case .headerOverflow:
            problem = Problem(
                431, "headers_too_large", "The header fields have more than \(ConnectionLimits.headerBytesMax) bytes.")
        case .invalidEOFState: return closeNow()
        default: problem = .notHTTP
        }
        answer(begin(isKeepAlive: false), problem)
        edge.flush()
    }

    // MARK: Closing and deadlines

    /// Closes gently: our side ends after what is written, the client's side is read to its end or to the deadline.
    func beginClosing() {
        guard let context, isOpen, times.closingSince == nil else { return }
        noteClosing()
        edge.flush()
        context.close(mode: .output, promise: nil)
    }

    /// Nothing is read or answered any more: the end of our side is on its way, whoever asked for it.
    func noteClosing() {
        guard times.closingSince == nil else { return }
        times.closingSince = loop.tick
        inbound = .closing
        held.removeAll()
        exchanges.removeAll()
        // The client's end is noticed also where the router takes no more.
        readSuppressed = false
        context?.read()
    }

    func closeNow() {
        guard let context else { return }
        inbound = .closing
        context.close(mode: .all, promise: nil)
    }

    /// Closes what took too long.
    ///
    /// Called once a tick.
    func checkDeadlines() {
        let facts = ConnectionTimes.Facts(
            drainingSince: quiescingSince, isAnswerOverdue: isExchangeOverdue,
            isPaused: isPaused || isAsking || isPassing && !wantsInput, isIdle: exchanges.isEmpty,
            isBeyond: placeBeyond != nil)
        switch times.overdue(at: loop.tick, loop.services.limits, facts) {
        case .connection: closeNow()
        case .answer: giveUpExchange()
        case .request: requestTimedOut()
        case nil: break
        }
    }

    /// True if the answer that has to leave next is awaited for too long.
    private var isExchangeOverdue: Bool {
        let (limits, tick) = (loop.services.limits, loop.tick)
        return switch exchanges.first {
        case .waiting(_, let since, _, _): tick - since > limits.claimSeconds
        case .batch(let batch): batch.isWaiting && tick - batch.lastProgress > limits.claimSeconds
        case .passed:
            // A body that does not come is the client's to answer for.
            (times.requestStart == nil || !wantsInput) && tick - passage.lastProgress > passage.secondsMax
        case .ready, nil: false
        }
    }

    /// Tells the client that the outcome is not known, and ends the connection; the answer finds nobody when it comes.
    private func giveUpExchange() {
        switch exchanges.first {
        case .batch(let batch):
            batch.giveUp(.notAnswered(mayHaveChanged: true))
            advanceBatch(batch)
            settle()
        case .passed where passage.isAnswering: closeNow()
        case .passed: answer(exchanges.firstOrdinal, .notAnswered(mayHaveChanged: passage.mayChange))
        case .waiting: answer(exchanges.firstOrdinal, .notAnswered(mayHaveChanged: true))
        case .ready, nil: break
        }
    }

    func requestTimedOut() {
        if isPassing, !passage.isAnswering {
            return finish(
                exchanges.firstOrdinal,
                loop.response(.requestTimedOut, to: nil, closes: true, traceID: passage.traceID), closes: true)
        }
        guard exchanges.isEmpty, !isRequestAnswered else { return closeNow() }
        answer(begin(isKeepAlive: false), .requestTimedOut)
    }
}
