import Engine
import Invitations
import Journal
import NIOCore
import NIOHTTP1

/// Answers the claim routes of one connection; everything else passes on to the router.
///
/// Stands between the HTTP codec and the router's own handlers. Answers leave in the order of the requests: several
/// claims may be under way at once, a request for the router waits until the claims before it are answered, and
/// claims wait for an earlier answer of the router. What can not be begun yet is held back here and reading stops.
final class ClaimConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// A request that was begun and whose answer has not left.
    enum Exchange {
        /// A claim at the sequencer.
        case waiting(isKeepAlive: Bool)
        /// An answer that waits for the ones before it.
        case ready(ByteBuffer, closes: Bool)
        /// A batch; nothing is begun after it until it ends.
        case batch(BatchExchange)
        /// A request of the router; nothing is begun after it until it ends.
        case passed
    }

    /// What the parts of the current request are for.
    enum Inbound {
        /// Between requests.
        case idle
        /// A claim's body.
        case gathering(ClaimHead, Access, ByteBuffer?)
        /// The rest of a request that is answered already.
        case discarding
        /// A batch's body.
        case batch(BatchExchange)
        /// The router's.
        case passing
        /// The connection is being closed: nothing is read any more.
        case closing
    }

    let loop: ClaimLoop
    let edge: ConnectionEdge
    var context: ChannelHandlerContext?
    var inbound = Inbound.idle
    /// Whether a flush of this connection is due in the loop's current round.
    var isTouched = false
    private(set) var isOpen = false

    private var exchanges = CircularBuffer<Exchange>()
    private var firstOrdinal = 0
    private var held = CircularBuffer<HTTPServerRequestPart>()
    private var isResuming = false
    private var readSuppressed = false
    /// A question to the sequencer (key, position) that the request at the head of ``held`` waits for.
    var isAsking = false
    /// The answer to that question.
    var asked: Authenticator.Resolution?
    /// The last key of this connection.
    var remembered: (authorization: String, tenant: String?, generation: Int, access: Access)?

    private var closesAfterPassing = false
    private var isQuiescing = false
    private var inputClosedEvent: ChannelEvent?
    private var parserError: (any Error)?

    // Deadlines, in the loop's ticks.
    private var requestStart: Int?
    private var requestMayStream = false
    private var lastActivity = 0
    private var unwritableSince: Int?
    private var closingSince: Int?
    private var quiescingSince: Int?

    init(loop: ClaimLoop, edge: ConnectionEdge) {
        self.loop = loop
        self.edge = edge
    }

    // MARK: Lifecycle

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        isOpen = true
        lastActivity = loop.tick
        loop.add(self)
        edge.bytesArrived = { [unowned self] in
            if requestStart == nil { requestStart = loop.tick }
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        tearDown()
    }

    func channelInactive(context: ChannelHandlerContext) {
        tearDown()
        context.fireChannelInactive()
    }

    private func tearDown() {
        isOpen = false
        loop.remove(self)
        context = nil
        held.removeAll()
        exchanges.removeAll()
        inbound = .closing
    }

    // MARK: Inbound

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        lastActivity = loop.tick
        if requestMayStream, requestStart != nil { requestStart = loop.tick }
        if !held.isEmpty || !process(part, context) { held.append(part) }
    }

    func read(context: ChannelHandlerContext) {
        if isPaused { readSuppressed = true } else { context.read() }
    }

    private var isPaused: Bool {
        if !held.isEmpty { return true }
        if case .batch(let batch) = inbound { return batch.isPaused || !batch.isWritable }
        return false
    }

    /// Takes up what was held back, as far as it goes now.
    func resume() {
        guard !isResuming, let context else { return }
        isResuming = true
        while isOpen, let part = held.first, process(part, context) {
            _ = held.popFirst()
        }
        isResuming = false
        settle()
        if isOpen, readSuppressed, !isPaused {
            readSuppressed = false
            context.read()
        }
    }

    /// Does what a part asks for; false when that is not possible yet.
    private func process(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) -> Bool {
        switch (part, inbound) {
        case (_, .closing): return true
        case (.head(let head), .idle): return begin(head, context)
        case (.head, _): preconditionFailure("the decoder ends a request before the next head")
        case (.body(let bytes), .gathering(let head, let access, let body)):
            gather(bytes, head, access, body)
        case (.end, .gathering(let head, let access, let body)):
            endRequest()
            claim(head, access, body ?? ByteBuffer())
        case (.body(let bytes), .batch(let batch)):
            guard !batch.isPaused else { return false }
            batch.take(bytes, for: self)
        case (.end, .batch(let batch)):
            guard !batch.isPaused else { return false }
            endRequest()
            batch.end(for: self)
            advanceBatch(batch)
        case (.end, .discarding): endRequest()
        case (.body, .discarding), (.body, .idle): break
        case (.body, .passing): context.fireChannelRead(wrapInboundOut(part))
        case (.end, .passing):
            endRequest()
            context.fireChannelRead(wrapInboundOut(part))
        case (.end, .idle): break
        }
        return true
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if !isResuming { settle() }
        context.fireChannelReadComplete()
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) -> Bool {
        guard !isAsking, context.channel.isWritable, exchanges.count < ConnectionLimits.claimsInFlightMax else {
            return false
        }
        switch exchanges.last {
        case .passed, .batch: return false
        default: break
        }
        guard let route = ClaimRoute(target: head.uri) else { return beginPassing(head, context) }
        guard head.method == .POST else {
            inbound = .discarding
            answer(begin(isKeepAlive: head.isKeepAlive), .methodNotAllowed("POST"))
            return true
        }
        return begin(ClaimHead(head, route: route))
    }

    private func beginPassing(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) -> Bool {
        guard exchanges.isEmpty else { return false }
        exchanges.append(.passed)
        inbound = .passing
        requestMayStream = head.uri.hasPrefix("/api/admin/invitations/codes/import")
        if head.headers.first(name: "expect")?.lowercased() == "100-continue" { writeContinue() }
        context.fireChannelRead(wrapInboundOut(.head(head)))
        return true
    }

    func setStreaming() { requestMayStream = true }

    func writeContinue() {
        edge.write(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"))
        edge.flush()
    }

    private func gather(_ bytes: ByteBuffer, _ head: ClaimHead, _ access: Access, _ body: ByteBuffer?) {
        guard (body?.readableBytes ?? 0) + bytes.readableBytes <= ConnectionLimits.bodyBytesMax else {
            inbound = .discarding
            answer(begin(isKeepAlive: false), .bodyTooLarge(ConnectionLimits.bodyBytesMax))
            return
        }
        guard var body else {
            inbound = .gathering(head, access, bytes)
            return
        }
        // Give the buffer up before writing to it, so that it is not copied.
        inbound = .discarding
        body.writeImmutableBuffer(bytes)
        inbound = .gathering(head, access, body)
    }

    func endRequest() {
        inbound = .idle
        requestStart = nil
        requestMayStream = false
    }

    // MARK: Exchanges

    /// The number of exchanges whose answer has not left.
    var exchangeCount: Int { exchanges.count }

    /// Opens an exchange and gives its ordinal.
    func begin(isKeepAlive: Bool) -> Int {
        exchanges.append(.waiting(isKeepAlive: isKeepAlive))
        return firstOrdinal + exchanges.count - 1
    }

    /// The batch that is under way: always the newest exchange, because nothing is begun after it.
    var currentBatch: BatchExchange? {
        if case .batch(let batch)? = exchanges.last { batch } else { nil }
    }

    /// Opens the exchange of a batch.
    func begin(_ batch: BatchExchange) {
        exchanges.append(.batch(batch))
    }

    /// Whether the connection closes after this exchange's answer.
    func closesAfter(_ ordinal: Int) -> Bool {
        let index = ordinal - firstOrdinal
        guard index >= 0, index < exchanges.count else { return false }
        guard case .waiting(let isKeepAlive) = exchanges[exchanges.index(exchanges.startIndex, offsetBy: index)] else {
            return false
        }
        if !isKeepAlive { return true }
        guard isQuiescing, index == exchanges.count - 1, held.isEmpty, case .idle = inbound else { return false }
        return true
    }

    /// Answers an exchange with a problem.
    func answer(_ ordinal: Int, _ problem: Problem, traceID: TraceID? = nil) {
        let closes = problem.closes || closesAfter(ordinal)
        finish(ordinal, loop.response(problem, closes: closes, traceID: traceID), closes: closes)
    }

    /// Answers an exchange with a formatted response.
    func answer(_ ordinal: Int, _ response: ByteBuffer) {
        finish(ordinal, response, closes: closesAfter(ordinal))
    }

    private func finish(_ ordinal: Int, _ response: ByteBuffer, closes: Bool) {
        let index = ordinal - firstOrdinal
        guard isOpen, index >= 0, index < exchanges.count else { return }
        guard index == 0 else {
            exchanges[exchanges.index(exchanges.startIndex, offsetBy: index)] = .ready(response, closes: closes)
            return
        }
        removeFirstExchange()
        edge.write(response)
        if closes { return beginClosing() }
        while case .ready(let response, let closes)? = exchanges.first {
            removeFirstExchange()
            edge.write(response)
            if closes { return beginClosing() }
        }
    }

    private func removeFirstExchange() {
        _ = exchanges.popFirst()
        firstOrdinal += 1
        lastActivity = loop.tick
    }

    /// Ends a batch's exchange after its last answer was written.
    func finishBatch(closes: Bool) {
        removeFirstExchange()
        if closes { beginClosing() }
    }

    /// Whether the batch is the exchange whose answer may leave now.
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
    private func settle() {
        guard isOpen, let context else { return }
        edge.flush()
        guard exchanges.isEmpty, held.isEmpty else { return }
        if case .closing = inbound { return }
        if let error = parserError {
            answerParserError(error)
        } else if let event = inputClosedEvent {
            inputClosedEvent = nil
            context.fireUserInboundEventTriggered(event)
        } else if isQuiescing, case .idle = inbound {
            context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }

    // MARK: Outbound: the router's answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part = unwrapOutboundIn(data)
        context.write(data, promise: promise)
        if case .head(let head) = part, head.headers.first(name: "connection") == "close" { closesAfterPassing = true }
        guard case .end = part, case .passed? = exchanges.first else { return }
        removeFirstExchange()
        if closesAfterPassing {
            let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
            return loop.eventLoop.execute { bound.value.beginClosing() }
        }
        // Not from within a write: what is held back may be a request that the same writer reads.
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        if !held.isEmpty || isQuiescing || inputClosedEvent != nil {
            loop.eventLoop.execute { bound.value.resume() }
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode != .output { isOpen = false }
        context.close(mode: mode, promise: promise)
    }

    // MARK: Events

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        unwritableSince = context.channel.isWritable ? nil : loop.tick
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
        case is ChannelShouldQuiesceEvent:
            isQuiescing = true
            quiescingSince = loop.tick
            if isPassing {
                context.fireUserInboundEventTriggered(event)
            } else {
                settle()
            }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    private var isPassing: Bool {
        if case .passed? = exchanges.first { true } else { false }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .closing = inbound { return }
        if isPassing {
            context.fireErrorCaught(error)
        } else if error is HTTPParserError, parserError == nil {
            parserError = error
            if case .gathering = inbound { inbound = .idle }
            if case .batch(let batch) = inbound {
                batch.abort()
                inbound = .discarding
                advanceBatch(batch)
            }
            settle()
        } else if !(error is HTTPParserError) {
            closeNow()
        }
    }

    private func answerParserError(_ error: any Error) {
        guard let error = error as? HTTPParserError else { return closeNow() }
        let problem: Problem
        switch error {
        case .headerOverflow:
            problem = Problem(
                431, "headers_too_large", "The header fields have more than \(ConnectionLimits.headerBytesMax) bytes.")
        case .invalidEOFState: return closeNow()
        default: problem = Problem(400, "bad_request", "This is not a valid HTTP/1.1 request.")
        }
        answer(begin(isKeepAlive: false), problem)
        edge.flush()
    }

    // MARK: Closing and deadlines

    /// Closes gently: our side ends after what is written, the client's side is read to its end or to the deadline.
    func beginClosing() {
        guard let context, isOpen else { return }
        inbound = .closing
        held.removeAll()
        exchanges.removeAll()
        closingSince = loop.tick
        edge.flush()
        context.close(mode: .output, promise: nil)
        if readSuppressed {
            readSuppressed = false
            context.read()
        }
    }

    private func closeNow() {
        guard let context else { return }
        inbound = .closing
        context.close(mode: .all, promise: nil)
    }

    /// Closes what took too long. Called once a tick.
    func checkDeadlines() {
        let limits = loop.services.limits
        let tick = loop.tick
        if let closingSince, tick - closingSince > 2 { return closeNow() }
        if let unwritableSince, tick - unwritableSince > limits.writeSeconds { return closeNow() }
        if let quiescingSince, tick - quiescingSince > limits.drainSeconds { return closeNow() }
        if isPaused || isAsking {
            requestStart = requestStart.map { _ in tick }
        } else if let requestStart, tick - requestStart > limits.requestSeconds {
            return requestTimedOut()
        }
        if requestStart == nil, exchanges.isEmpty, tick - lastActivity > limits.idleSeconds { closeNow() }
    }

    private func requestTimedOut() {
        guard exchanges.isEmpty else { return closeNow() }
        answer(begin(isKeepAlive: false), Problem(408, "request_timeout", "The request did not arrive in time."))
    }
}
