import API
import Domain
import Engine
import Journal
import NIOCore
import Wire

/// The claims of one event loop on their way to the sequencer and back.
///
/// Gathers what all connections of the loop submit during one tick and hands it over at once; takes a batch of answers
/// with one wake-up, formats all of them into one buffer and writes each connection its slice. Used on its event loop
/// only.
final class ClaimLoop {
    /// The services that claims need besides the loop.
    struct Services: Sendable {
        var engine: Engine
        var authenticator: Authenticator
        var limits: ConnectionLimits
        var meters: ServerMeters
        var accessLog: AccessLog?
    }

    /// Where an answer goes.
    private struct Asker {
        var handler: ClaimConnectionHandler
        var ordinal: Int
        var isLine: Bool
        var claim: PendingClaim
    }

    /// An answer that lies formatted in ``out``.
    private struct Formatted {
        var handler: ClaimConnectionHandler
        var ordinal: Int
        var range: Range<Int>
    }

    let eventLoop: any EventLoop
    let services: Services
    private var desk: ClaimDesk
    /// Seconds since the loop started; what the deadlines of connections are counted in.
    private(set) var tick = 0
    /// Set when the server drains.
    private(set) var isDraining = false

    private var askers = TokenTable<Asker>(placeBits: 32, generationBits: 32)
    /// When the first of those that are in line came: claims of one tick share a look at the clock.
    private var waitingSince: UInt64 = 0
    private var flushScheduled = false
    private var connections: [ObjectIdentifier: ClaimConnectionHandler] = [:]
    private var sweeper: RepeatedTask?
    private var out = ByteBuffer()
    private var formatted: [Formatted] = []
    private var touched: [ClaimConnectionHandler] = []

    /// Batch lines that found the inbox full are offered again after this, for ``ConnectionLimits/lineSeconds``.
    private static let retryDelay = TimeAmount.milliseconds(2)

    init(eventLoop: any EventLoop, services: Services) {
        self.eventLoop = eventLoop
        self.services = services
        let loop = NIOLoopBoundBox<ClaimLoop?>(nil, eventLoop: eventLoop)
        desk = ClaimDesk(
            engine: services.engine, meters: services.meters, accessLog: services.accessLog
        ) { replies in
            eventLoop.execute { loop.value?.receive(replies) }
        }
        loop.value = self
    }

    /// Begins to look after the deadlines of connections.
    func start() {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        sweeper = eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            bound.value.sweep()
        }
    }

    /// Ends the watch over deadlines and closes the mailbox: each keeps the loop, and so the engine, alive.
    func stop() {
        sweeper?.cancel()
        sweeper = nil
        desk.close()
    }

    // MARK: Connections

    func add(_ handler: ClaimConnectionHandler) {
        connections[ObjectIdentifier(handler)] = handler
        services.meters.gauge.opened()
    }

    func remove(_ handler: ClaimConnectionHandler) {
        if connections.removeValue(forKey: ObjectIdentifier(handler)) != nil { services.meters.gauge.closed() }
    }

    private func sweep() {
        tick += 1
        for handler in Array(connections.values) { handler.checkDeadlines() }
    }

    // MARK: To the sequencer

    /// Puts a claim in line.
    ///
    /// The answer comes to `handler` under `ordinal`: its exchange, or its line of a batch.
    func submit(
        _ command: ClaimCommand, by actor: Actor, from handler: ClaimConnectionHandler, ordinal: Int, isLine: Bool
    ) {
        if desk.isEmpty { waitingSince = desk.now }
        let claim = PendingClaim(
            operation: isLine ? .batch : handler.claim(of: ordinal) ?? .redeem, readAt: waitingSince,
            traceID: isLine ? nil : handler.traceID(of: ordinal))
        let asker = Asker(handler: handler, ordinal: ordinal, isLine: isLine, claim: claim)
        desk.put(ClaimSubmission(command: command, token: askers.add(asker), by: actor))
        scheduleFlush()
    }

    /// Appends a success as a line of a batch, without the line feed.
    func writeLine(_ outcome: ClaimOutcome, position: LogPosition, to out: inout ByteBuffer) {
        desk.writer.writeLine(outcome, position: position, to: &out)
    }

    /// A fresh trace id.
    func makeTraceID() -> TraceID { desk.writer.makeTraceID() }

    /// True if claims are decided on this node.
    var decides: Bool { services.engine.decides }

    private func scheduleFlush() {
        guard !flushScheduled else { return }
        flushScheduled = true
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.execute { bound.value.flush() }
    }

    private func flush() {
        flushScheduled = false
        let refused = desk.submit()
        if !refused.isEmpty { turnAway(refused) }
    }

    /// Single claims are told to come again; lines of a batch wait here, because their sender already waits for us.
    private func turnAway(_ refused: ArraySlice<ClaimSubmission>) {
        let now = desk.now
        let mayWait = !isDraining && desk.mayFindRoom
        let patience = UInt64(services.limits.lineSeconds) * 1_000_000_000
        for submission in refused {
            guard let asker = askers[submission.token] else { continue }
            let handler = asker.handler
            if asker.isLine, handler.isOpen, handler.currentBatch != nil, now &- asker.claim.readAt < patience, mayWait
            {
                desk.put(submission)
                continue
            }
            askers.remove(submission.token)
            if asker.isLine {
                handler.lineRefused(asker.ordinal, desk.refusal)
            } else {
                handler.answer(asker.ordinal, desk.refusal)
            }
            touch(handler)
        }
        flushTouched()
        waitingSince = now
        guard !desk.isEmpty, !flushScheduled else { return }
        flushScheduled = true
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: ClaimLoop.retryDelay) { bound.value.flush() }
    }

    // MARK: From the sequencer

    private func receive(_ replies: [ClaimReply]) {
        out.clear()
        let now = desk.now
        for reply in replies {
            guard let asker = askers.remove(reply.token), asker.handler.isOpen else { continue }
            let handler = asker.handler
            if asker.isLine {
                desk.time(asker.claim, at: now)
                handler.lineAnswered(asker.ordinal, reply)
                touch(handler)
            } else {
                let start = out.writerIndex
                desk.answer(reply, to: asker.claim, at: now, closes: handler.closesAfter(asker.ordinal), to: &out)
                formatted.append(
                    Formatted(handler: handler, ordinal: asker.ordinal, range: start..<out.writerIndex))
            }
        }
        desk.endRound()
        // Slices are taken when nothing is written to the buffer any more, so that none of them makes it copy.
        let out = out
        for item in formatted {
            if let slice = out.getSlice(at: item.range.lowerBound, length: item.range.count) {
                item.handler.answer(item.ordinal, slice)
                touch(item.handler)
            }
        }
        formatted.removeAll(keepingCapacity: true)
        flushTouched()
    }

    /// A problem's whole response.
    func response(_ problem: Problem, to claim: ClaimOperation?, closes: Bool, traceID: TraceID?) -> ByteBuffer {
        desk.response(problem, to: claim, closes: closes, traceID: traceID)
    }

    /// The head of a batch's answer.
    func batchHead(chunked: Bool, closes: Bool) -> ByteBuffer {
        desk.beginBatch()
        var buffer = ByteBuffer()
        let head = ResponseHead(
            status: 200, content: .json, position: services.engine.position, bodyBytes: 0, closes: closes)
        head.writeStreaming(chunked: chunked, to: &buffer, date: desk.writer.date())
        return buffer
    }

    private func touch(_ handler: ClaimConnectionHandler) {
        guard !handler.isTouched else { return }
        handler.isTouched = true
        touched.append(handler)
    }

    private func flushTouched() {
        // A flush can answer and close, which touches again: take the list first.
        let handlers = touched
        touched.removeAll(keepingCapacity: true)
        for handler in handlers {
            handler.isTouched = false
            handler.finishRound()
        }
    }

    // MARK: Draining

    /// Lets every connection finish what it has begun and close.
    func drain() {
        isDraining = true
        for handler in Array(connections.values) { handler.quiesce() }
    }
}
