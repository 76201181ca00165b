import API
import Domain
import Engine
import Journal
import NIOCore
import NIOHTTP1
import Wire

/// Answers the claim routes of one connection; everything else passes on to the router.
///
/// Stands between the HTTP codec and the router's own handlers. Answers leave in the order of the requests: several
/// claims may be under way at once, a request for the router waits until the claims before it are answered, and claims
/// wait for an earlier answer of the router. Requests that cannot be begun yet are held back here and reading stops.
final class ClaimConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// A request that was begun and whose answer has not left.
    enum Exchange: Answerable {
        /// A claim at the sequencer, since a tick of the loop.
        case waiting(isKeepAlive: Bool, since: Int, TraceID?, ClaimOperation?)
        /// An answer that waits for the ones before it.
        case ready(ByteBuffer, closes: Bool)
        /// A batch; nothing is begun after it until it ends.
        case batch(BatchExchange)
        /// A request of the router; nothing is begun after it until it ends.
        case passed

        var answer: (bytes: ByteBuffer, closes: Bool)? {
            if case .ready(let bytes, let closes) = self { (bytes, closes) } else { nil }
        }
    }

    /// The destination of the parts of the current request.
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

    /// A request of the router on its way.
    struct Passage {
        /// When the last part of it went by, in either direction.
        var lastProgress = 0
        /// True if something may have changed when the answer does not come.
        var mayChange = true
        /// True if its body may be more than is read in any case.
        var mayBeLong = false
        /// Seconds in which it is answered, from its end on, and between two parts of its answer.
        var secondsMax = 0
        /// True if the client wants the connection to end with the answer.
        var closes = false
        /// The trace that it names.
        var traceID: TraceID?
        /// True if the router has begun to answer.
        var isAnswering = false
    }

    let loop: ClaimLoop
    let edge: ConnectionEdge
    var context: ChannelHandlerContext?
    var inbound = Inbound.idle
    /// True if a flush of this connection is due in the loop's current round.
    var isTouched = false
    var isOpen = false

    var exchanges = AnswerOrder<Exchange>()
    var held = CircularBuffer<HTTPServerRequestPart>()
    var isResuming = false
    var passedHeldParts = false
    var readSuppressed = false
    /// A question to the sequencer (key, position) that the request at the head of ``held`` waits for.
    var isAsking = false
    /// The answer to that question.
    var asked: Authenticator.Resolution?
    /// The last key of this connection.
    var remembered: RememberedKey?

    /// The request that is being begun, in the access log; nil for most.
    var accessBegun: AccessLog.Request?
    /// The requests of the access log that have no answer yet, by the ordinals of their exchanges.
    var accessed: [Int: AccessLog.Request] = [:]

    /// The progress of the router's request at the head of ``exchanges``.
    var passage = Passage()
    /// True if more input was asked for since the last came: false while the router does not take what it has.
    var wantsInput = false
    var closesAfterPassing = false
    var isQuiescing = false
    var inputClosedEvent: ChannelEvent?
    /// The error of the decoder for bytes that are not HTTP: nothing comes after it.
    var parserError: HTTPParserError?
    /// True if the request that it was found in has been dealt with.
    var hasBrokenOff = false

    var times: ConnectionTimes
    var requestMayStream = false
    var quiescingSince: Int?

    /// Held for as long as the connection is open, where it is beyond the limit.
    var placeBeyond: PlaceBeyond?

    init(loop: ClaimLoop, edge: ConnectionEdge, placeBeyond: PlaceBeyond?) {
        self.loop = loop
        self.placeBeyond = placeBeyond
        self.edge = edge
        times = ConnectionTimes(tick: loop.tick)
    }

    // MARK: Lifecycle

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        isOpen = true
        times.lastActivity = loop.tick
        loop.add(self)
        // Beyond the limit, one request is answered, whatever came behind it.
        closesAfterPassing = placeBeyond != nil
        if loop.isDraining || placeBeyond != nil { quiescingSince = loop.tick }
        // Where it comes from the fast path with a request, that one is answered, and no other.
        isQuiescing = loop.isDraining
        edge.bytesArrived = { [unowned self] in
            if times.requestStart == nil { times.requestStart = loop.tick }
        }
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        placeBeyond?.onLoss { bound.execute { $0.closeNow() } }
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
        placeBeyond = nil
        held.removeAll()
        exchanges.removeAll()
        inbound = .closing
    }

    // MARK: Inbound

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        times.lastActivity = loop.tick
        wantsInput = false
        // The rest of an answered request has the time of any other request, however slowly it arrives.
        if requestMayStream, times.requestStart != nil, !isRequestAnswered { times.requestStart = loop.tick }
        if !held.isEmpty || !process(part, context) { held.append(part) }
    }

    func read(context: ChannelHandlerContext) {
        wantsInput = true
        if isPaused { readSuppressed = true } else { context.read() }
    }

    var isPaused: Bool {
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
        if passedHeldParts {
            // The router's side takes what it was given when a round of reads is complete.
            passedHeldParts = false
            context.fireChannelReadComplete()
        }
        settle()
        if isOpen, readSuppressed, !isPaused {
            readSuppressed = false
            context.read()
        }
    }

    /// Does what a part asks for; false when that is not possible yet.
    func process(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) -> Bool {
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
            // A line that is refused as it is read has no other event that would send its answer.
            advanceBatch(batch)
        case (.end, .batch(let batch)):
            guard !batch.isPaused else { return false }
            endRequest()
            batch.end(for: self)
            advanceBatch(batch)
        case (.end, .discarding): endRequest()
        case (.body, .discarding), (.body, .idle): break
        case (.body, .passing): passOn(part, context)
        case (.end, .passing):
            endRequest()
            passOn(part, context)
        case (.end, .idle): break
        }
        return true
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if !isResuming { settle() }
        context.fireChannelReadComplete()
        if case .closing = inbound { context.read() }
    }

    func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) -> Bool {
        guard !isAsking, context.channel.isWritable, exchanges.count < ConnectionLimits.claimsInFlightMax else {
            return false
        }
        switch exchanges.last {
        case .passed, .batch: return false
        default: break
        }
        guard head.namesItsHost else {
            inbound = .discarding
            answer(begin(isKeepAlive: false), .badHost)
            return true
        }
        let target = RequestTarget(head.uri)
        let operation = OperationTable.all.match(target)?.place.operation(head.method.rawValue)
        if placeBeyond != nil {
            isQuiescing = true
            guard operation?.isProbe == true else {
                inbound = .discarding
                answer(begin(isKeepAlive: false), .tooManyConnections)
                return true
            }
        }
        // Where nothing is decided, the responder of all other operations says who decides; an answer under a key is
        // stored with its decision, as that of every other operation is.
        guard let operation, let claim = operation.claim, loop.decides,
            !claim.takesIdempotencyKey || !head.headers.contains(name: "idempotency-key")
        else {
            var head = head
            // The HTTP library takes every scheme off a target, and would make a path of what is none.
            head.uri = target.text
            return beginPassing(head, operation, context)
        }
        if accessBegun == nil { accessBegun = loop.services.accessLog?.begin(head.method.rawValue, operation) }
        return begin(ClaimHead(head, claim: claim, operation: operation, target: target))
    }

    func beginPassing(_ head: HTTPRequestHead, _ operation: Operation?, _ context: ChannelHandlerContext) -> Bool {
        guard exchanges.isEmpty else { return false }
        exchanges.begin(.passed)
        inbound = .passing
        let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        requestMayStream = operation?.streamsBody ?? false
        passage = Passage(
            lastProgress: loop.tick, mayChange: operation?.mayChange ?? false,
            mayBeLong: requestMayStream || length > ConnectionLimits.bodyBytesMax,
            secondsMax: operation?.claim == nil ? loop.services.limits.routeSeconds : loop.services.limits.claimSeconds,
            closes: !head.isKeepAlive,
            traceID: head.headers.first(name: "traceparent").flatMap(TraceID.init(traceparent:)))
        if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
            if let operation, loop.decides || !operation.needsPrimary {
                writeContinue()
            } else {
                // It is told who decides, or that there is nothing at this path, without its body.
                closesAfterPassing = true
            }
        }
        passOn(.head(head), context)
        return true
    }

    func passOn(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        passage.lastProgress = loop.tick
        if isResuming { passedHeldParts = true }
        context.fireChannelRead(wrapInboundOut(part))
    }

    func setStreaming() { requestMayStream = true }

    func writeContinue() {
        edge.write(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"))
        edge.flush()
    }

    func gather(_ bytes: ByteBuffer, _ head: ClaimHead, _ access: Access, _ body: ByteBuffer?) {
        guard (body?.readableBytes ?? 0) + bytes.readableBytes <= ConnectionLimits.bodyBytesMax else {
            inbound = .discarding
            answer(begin(isKeepAlive: false, head.traceID, head.claim), .bodyTooLarge(ConnectionLimits.bodyBytesMax))
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
        times.requestStart = nil
        requestMayStream = false
    }

    // MARK: Outbound: the router's answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        // The request was given up, or is answered: nothing follows its answer, whatever the router finds in what is left
        // of its body.
        guard isPassing else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        var part = unwrapOutboundIn(data)
        passage.lastProgress = loop.tick
        if case .head(var head) = part {
            passage.isAnswering = true
            // A request that is answered before it has arrived is not read to its end.
            let isLeftBehind = if case .passing = inbound { passage.mayBeLong } else { false }
            if isLeftBehind || passage.closes {
                head.headers.replaceOrAdd(name: "connection", value: "close")
                part = .head(head)
            }
            if head.headers.first(name: "connection") == "close" { closesAfterPassing = true }
        }
        context.write(wrapOutboundOut(part), promise: promise)
        guard case .end = part, case .passed? = exchanges.first else { return }
        removeFirstExchange()
        if closesAfterPassing {
            let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
            return loop.eventLoop.execute { bound.value.beginClosing() }
        }
        // Not from within a write: what is held back may be a request that the same writer reads.
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        if !held.isEmpty || isQuiescing || inputClosedEvent != nil || parserError != nil {
            loop.eventLoop.execute { bound.value.resume() }
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode == .output { noteClosing() } else { isOpen = false }
        context.close(mode: mode, promise: promise)
    }
}
