import API
import Domain
import Engine
internal import Glibc
import Journal
import NIOCore
import Wire

/// One thread that reads claims from many connections, hands them to the sequencer all at once, and sends the answers.
///
/// A request that is not a plain claim (``PlainRequest``) leaves with its connection for the HTTP library. Answers
/// leave in the order of their requests. Everything but ``inbox`` is used on the loop's thread.
///
/// `@unchecked Sendable`: after `init` only ``run()`` touches what changes, and it is called once.
final class FastPathLoop: @unchecked Sendable {
    /// The services that a loop needs besides sockets.
    struct Services: Sendable {
        var engine: Engine
        var authenticator: Authenticator
        var limits: ConnectionLimits
        var meters: ServerMeters
        var accessLog: AccessLog?
        /// True if connections are secured, which NIO does.
        var isSecured: Bool
        /// Gives a connection, and what it has sent, to the HTTP library.
        var handOver: @Sendable (Int32, [UInt8], PlaceBeyond?) -> Void
    }

    /// A part of the answers of a delivery.
    private struct Outgoing {
        var connection: FastPathConnection
        var range: Range<Int>
    }

    let inbox: FastPathInbox
    let services: Services
    let acceptor: FastPathAcceptor?
    var poller: Poller
    /// Tokens leave 16 bits for an ordinal.
    var table = TokenTable<FastPathConnection>(placeBits: 24, generationBits: 24)
    var tick = 0
    var isDraining = false

    private var desk: ClaimDesk
    private var out = ByteBuffer()
    private var outgoing: [Outgoing] = []
    private var touched: [FastPathConnection] = []
    private let placesBeyond = PlacesBeyond()
    private var events: [Poller.Event] = []
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: FastPathLoop.scratchBytes, alignment: 16)
    private var tickDue: UInt64 = 0
    /// When the bytes that are being looked at were read.
    private var readAt: UInt64 = 0
    private var drainingSince = 0

    private static let scratchBytes = 128 << 10
    private static let inboxToken = UInt64.max
    private static let listenerToken = UInt64.max - 1

    /// - Parameters:
    ///   - services: The services of the loop.
    ///   - acceptor: Accepts the connections of all loops, on one of them; nil on the others.
    /// - Throws: ``IOError`` when the system gives no poller.
    init(services: Services, acceptor: FastPathAcceptor?) throws(IOError) {
        inbox = try FastPathInbox()
        poller = try Poller()
        self.services = services
        self.acceptor = acceptor
        let inbox = inbox
        desk = ClaimDesk(engine: services.engine, meters: services.meters, accessLog: services.accessLog) {
            inbox.put($0)
        }
        try poller.add(inbox.descriptor, .read, token: FastPathLoop.inboxToken)
        if let acceptor { try poller.add(acceptor.socket.descriptor, .read, token: FastPathLoop.listenerToken) }
    }

    deinit { scratch.deallocate() }

    /// Serves until it was told to drain and all connections have ended.
    func run() {
        tickDue = desk.now + 1_000_000_000
        while !(isDraining && table.isEmpty) {
            events.removeAll(keepingCapacity: true)
            poller.wait(timeoutMilliseconds: timeoutMilliseconds, into: &events)
            for event in events { take(event) }
            if let acceptor, acceptor.isPaused { accept() }
            submit()
            settleTouched()
            if desk.now >= tickDue { sweep() }
        }
        desk.close()
    }

    private var timeoutMilliseconds: Int32 {
        let now = desk.now
        let untilTick = tickDue > now ? (tickDue - now) / 1_000_000 + 1 : 0
        return Int32(min(untilTick, acceptor?.isPaused == true ? FastPathAcceptor.pauseMilliseconds : 1000))
    }

    private func take(_ event: Poller.Event) {
        switch event.token {
        case FastPathLoop.inboxToken: takeInbox()
        case FastPathLoop.listenerToken: accept()
        default:
            guard let connection = table[event.token] else { return }
            if event.isBroken { return drop(connection) }
            if event.isWritable, !connection.sendKept() { return drop(connection) }
            if event.isReadable { read(connection) }
            touch(connection)
        }
    }

    private func takeInbox() {
        let contents = inbox.take()
        for socket in contents.sockets { add(socket) }
        for replies in contents.replies { replies.withUnsafeBufferPointer { receive($0) } }
        if contents.isDraining, !isDraining { drain() }
    }

    // MARK: Connections

    private func accept() {
        guard let acceptor, !isDraining else { return }
        let wasPaused = acceptor.isPaused
        for (socket, isBeyond) in acceptor.acceptWaiting() {
            if isBeyond { addBeyond(socket) } else { add(socket) }
        }
        if acceptor.isPaused != wasPaused {
            try? poller.change(
                acceptor.socket.descriptor, acceptor.isPaused ? [] : .read, token: FastPathLoop.listenerToken)
        }
    }

    /// Takes a connection beyond the limit, for as long as it needs to say that it asks for the node's health.
    private func addBeyond(_ socket: Int32) {
        add(socket, placesBeyond.enter())
    }

    private func add(_ socket: Int32, _ place: PlaceBeyond? = nil) {
        defer { if services.isSecured { services.meters.gauge.closed() } }
        if services.isSecured { return services.handOver(socket, [], place) }
        let connection = table.add(madeWith: { FastPathConnection(socket, token: $0, tick: tick) })
        if let place {
            connection.placeBeyond = place
            let token = connection.token
            // On this thread, which is the only one that takes connections beyond the limit.
            place.onLoss { [weak self] in
                guard let self, let connection = table[token] else { return }
                drop(connection)
            }
        }
        do throws(IOError) {
            try poller.add(socket, connection.interest, token: connection.token)
        } catch {
            drop(connection)
        }
        if isDraining { touch(connection) }
    }

    private func drop(_ connection: FastPathConnection) {
        guard table.remove(connection.token) != nil else { return }
        connection.close()
        services.meters.gauge.closed()
    }

    private func handOver(_ connection: FastPathConnection) {
        guard table.remove(connection.token) != nil else { return }
        try? poller.remove(connection.descriptor)
        // Counts it there before it is counted off here.
        services.handOver(connection.descriptor, connection.input, connection.placeBeyond)
        services.meters.gauge.closed()
    }

    // MARK: Requests

    private func read(_ connection: FastPathConnection) {
        switch connection.receive(into: scratch) {
        case .nothing: return
        case .failed: drop(connection)
        case .end:
            if connection.course == .lingering { return drop(connection) }
            if connection.course == .open { connection.course = .ending }
        case .bytes(let count):
            guard connection.course == .open else { return }
            connection.times.lastActivity = tick
            readAt = desk.now
            let bytes = UnsafeBufferPointer(
                start: scratch.baseAddress?.assumingMemoryBound(to: UInt8.self), count: count)
            guard connection.placeBeyond == nil else { return judge(connection, bytes) }
            guard connection.input.isEmpty else {
                connection.input.append(contentsOf: bytes)
                return takeInput(connection)
            }
            let taken = takeRequests(bytes, connection)
            if taken < count { connection.input = Array(bytes[taken...]) }
        }
    }

    /// Reads what a connection beyond the limit asks for.
    private func judge(_ connection: FastPathConnection, _ bytes: UnsafeBufferPointer<UInt8>) {
        connection.input.append(contentsOf: bytes)
        guard let end = connection.input.firstIndex(of: 0x0A) else {
            if connection.input.count > ConnectionLimits.beyondBytesMax { drop(connection) }
            return
        }
        if Operations.isAlwaysAnswered(requestLine: String(decoding: connection.input[..<end], as: UTF8.self)) {
            connection.course = .leaving
        } else {
            self.end(connection, .tooManyConnections)
        }
    }

    /// Takes what lies in the connection's input.
    private func takeInput(_ connection: FastPathConnection) {
        let taken = connection.input.withUnsafeBufferPointer { takeRequests($0, connection) }
        if taken == connection.input.count {
            connection.input = []
        } else if taken > 0 {
            connection.input.removeFirst(taken)
        }
    }

    /// Takes whole requests from the front; returns how many bytes they were.
    private func takeRequests(_ bytes: UnsafeBufferPointer<UInt8>, _ connection: FastPathConnection) -> Int {
        var offset = 0
        while offset < bytes.count {
            guard connection.inFlight < ConnectionLimits.claimsInFlightMax else {
                connection.isFull = true
                return offset
            }
            let rest = UnsafeBufferPointer(rebasing: bytes[offset...])
            switch PlainRequest.scan(rest) {
            case .claim(let request, let byteCount):
                guard services.engine.decides, let access = access(request, rest, connection) else {
                    connection.course = .leaving
                    return offset
                }
                take(request, rest, access, connection)
                offset += byteCount
                connection.times.requestStart = nil
            case .incomplete:
                if connection.times.requestStart == nil { connection.times.requestStart = tick }
                return offset
            case .other:
                connection.course = .leaving
                return offset
            }
        }
        return offset
    }

    private func take(
        _ request: PlainRequest, _ bytes: UnsafeBufferPointer<UInt8>, _ access: Access,
        _ connection: FastPathConnection
    ) {
        let traceID = request.traceparent.flatMap {
            TraceID(traceparent: UnsafeBufferPointer(rebasing: bytes[$0]))
        }
        let form: ClaimRequest.Form = request.isHold ? .hold : .redeem
        let claim = PendingClaim(
            operation: request.isHold ? .hold : .redeem, readAt: readAt, traceID: traceID,
            accessed: desk.accessLog?.begin(claim: form))
        let ordinal = connection.begin(claim)
        do throws(Problem) {
            let command = try ClaimRequest.command(
                in: UnsafeBufferPointer(rebasing: bytes[request.body]), form: form, tenant: access.tenant)
            desk.put(
                ClaimSubmission(
                    command: command, token: FastPathLoop.token(connection, ordinal), by: access.actor))
        } catch {
            answer(connection, ordinal, claim, error)
        }
    }

    /// Who is asking, where that is known and simple.
    private func access(
        _ request: PlainRequest, _ bytes: UnsafeBufferPointer<UInt8>, _ connection: FastPathConnection
    ) -> Access? {
        let given = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[request.authorization]))
        let authenticator = services.authenticator
        if let access = connection.remembered?.access(given, by: authenticator) { return access }
        let generation = authenticator.generation
        // A client with an unknown key is refused behind the fast path, where unknown keys are counted by address.
        guard case .success(let access) = authenticator.look(up: String(decoding: given, as: UTF8.self), tenant: nil),
            access.allows(.claims)
        else { return nil }
        connection.remembered = RememberedKey(given, tenant: nil, generation: generation, access: access)
        return access
    }

    // MARK: To the sequencer and back

    /// Connection and ordinal in 64 bits; of the ordinal as much as tells the claims in flight apart.
    private static func token(_ connection: FastPathConnection, _ ordinal: Int) -> UInt64 {
        connection.token << 16 | UInt64(ordinal & 0xFFFF)
    }

    private func submit() {
        for refused in desk.submit() {
            guard let (connection, ordinal, claim) = find(refused.token) else { continue }
            answer(connection, ordinal, claim, desk.refusal)
            touch(connection)
        }
    }

    private func find(_ token: UInt64) -> (FastPathConnection, ordinal: Int, PendingClaim)? {
        guard let connection = table[token >> 16], connection.course != .lingering else { return nil }
        let first = connection.exchanges.firstOrdinal
        let ordinal = first + Int(UInt16(truncatingIfNeeded: token) &- UInt16(truncatingIfNeeded: first))
        return connection.claim(ordinal).map { (connection, ordinal, $0) }
    }

    /// Formats all answers of a delivery into one buffer, then sends each connection its part.
    private func receive(_ replies: UnsafeBufferPointer<ClaimReply>) {
        // In variables of this call: a class's are looked after at each access.
        var (out, outgoing) = (ByteBuffer(), [Outgoing]())
        swap(&out, &self.out)
        swap(&outgoing, &self.outgoing)
        out.clear()
        let now = desk.now
        // By its place: an element in a variable of its own would be counted up and down.
        for index in replies.indices {
            guard let (connection, ordinal, claim) = find(replies[index].token) else { continue }
            guard connection.finish(ordinal) else {
                connection.keep(formatted(replies[index], to: claim, at: now), for: ordinal)
                continue
            }
            let start = out.writerIndex
            desk.answer(replies[index], to: claim, at: now, closes: closesAfterAll(connection), to: &out)
            while let early = connection.takeEarly() { out.writeImmutableBuffer(early) }
            if let last = outgoing.last, last.connection === connection {
                outgoing[outgoing.count - 1].range = last.range.lowerBound..<out.writerIndex
            } else {
                outgoing.append(Outgoing(connection: connection, range: start..<out.writerIndex))
            }
        }
        desk.endRound()
        out.withUnsafeReadableBytes { bytes in
            for item in outgoing { send(UnsafeRawBufferPointer(rebasing: bytes[item.range]), on: item.connection) }
        }
        outgoing.removeAll(keepingCapacity: true)
        swap(&out, &self.out)
        swap(&outgoing, &self.outgoing)
    }

    private func formatted(_ reply: ClaimReply, to claim: PendingClaim, at now: UInt64) -> ByteBuffer {
        var buffer = ByteBuffer()
        desk.answer(reply, to: claim, at: now, closes: false, to: &buffer)
        return buffer
    }

    private func send(_ bytes: UnsafeRawBufferPointer, on connection: FastPathConnection) {
        connection.times.lastActivity = tick
        if connection.send(bytes) { touch(connection) } else { drop(connection) }
    }

    /// Answers without the sequencer.
    private func answer(
        _ connection: FastPathConnection, _ ordinal: Int, _ claim: PendingClaim, _ problem: Problem
    ) {
        var buffer = desk.response(problem, to: claim.operation, closes: false, traceID: claim.traceID)
        desk.accessLog?.end(claim.accessed, with: buffer.readableBytesView, traceID: claim.traceID)
        guard connection.finish(ordinal) else { return connection.keep(buffer, for: ordinal) }
        while let early = connection.takeEarly() { buffer.writeImmutableBuffer(early) }
        buffer.withUnsafeReadableBytes { send($0, on: connection) }
    }

    // MARK: Between rounds

    private func touch(_ connection: FastPathConnection) {
        if touched.last !== connection { touched.append(connection) }
    }

    /// Brings every connection on that something has happened to.
    private func settleTouched() {
        var index = 0
        // Settling can touch more.
        while index < touched.count {
            settle(touched[index])
            index += 1
        }
        touched.removeAll(keepingCapacity: true)
        if !desk.isEmpty {
            submit()
            if !touched.isEmpty { settleTouched() }
        }
    }

    private func settle(_ connection: FastPathConnection) {
        guard table[connection.token] === connection else { return }
        if connection.isFull, connection.inFlight <= ConnectionLimits.claimsInFlightMax / 2 {
            connection.isFull = false
            takeInput(connection)
        }
        if connection.hasUnsent {
            if connection.times.unwritableSince == nil { connection.times.unwritableSince = tick }
        } else {
            connection.times.unwritableSince = nil
        }
        if connection.course == .lingering { endOutput(connection) }
        if connection.isIdle {
            switch connection.course {
            case .leaving: return handOver(connection)
            case .ending: return drop(connection)
            case .open where isDraining && connection.input.isEmpty: linger(connection)
            case .open, .lingering: break
            }
        }
        updateInterest(connection)
    }

    private func updateInterest(_ connection: FastPathConnection) {
        var wanted: Poller.Interest = []
        let takesRequests = connection.course == .open && !connection.isFull && !connection.hasUnsent
        if takesRequests || connection.course == .lingering { wanted.insert(.read) }
        if connection.hasUnsent { wanted.insert(.write) }
        guard wanted != connection.interest else { return }
        connection.interest = wanted
        do throws(IOError) {
            try poller.change(connection.descriptor, wanted, token: connection.token)
        } catch {
            drop(connection)
        }
    }

    /// True if the connection ends with the answer that was taken off last.
    private func closesAfterAll(_ connection: FastPathConnection) -> Bool {
        isDraining && connection.inFlight == 0 && connection.input.isEmpty && connection.course == .open
    }

    private func linger(_ connection: FastPathConnection) {
        connection.course = .lingering
        connection.times.closingSince = tick
        endOutput(connection)
    }

    /// Ends our side of a connection that lingers, once all of its answers have left.
    private func endOutput(_ connection: FastPathConnection) {
        guard !connection.hasUnsent, !connection.times.isOutputClosed else { return }
        connection.times.isOutputClosed = true
        connection.times.closingSince = tick
        connection.endOutput()
    }

    // MARK: Time

    private func sweep() {
        tick += 1
        tickDue += 1_000_000_000
        let now = desk.now
        for connection in table.all { checkDeadlines(connection, now) }
        settleTouched()
    }

    private func checkDeadlines(_ connection: FastPathConnection, _ now: UInt64) {
        let facts = ConnectionTimes.Facts(
            drainingSince: isDraining ? drainingSince : nil,
            isAnswerOverdue: connection.oldest.map {
                now &- $0.readAt > UInt64(services.limits.claimSeconds) * 1_000_000_000
            } ?? false,
            isPaused: connection.isFull || connection.hasUnsent, isIdle: connection.isIdle,
            isBeyond: connection.placeBeyond != nil)
        switch connection.times.overdue(at: tick, services.limits, facts) {
        case .connection: drop(connection)
        case .answer: end(connection, .notAnswered(mayHaveChanged: true))
        // Claims before it are under way: its answer would come out of order.
        case .request where connection.inFlight > 0: drop(connection)
        case .request: end(connection, .requestTimedOut)
        case nil: break
        }
    }

    /// Says what took too long, and ends the connection: answers that come later find nobody.
    private func end(_ connection: FastPathConnection, _ problem: Problem) {
        // It does not read the answers before this one either.
        guard !connection.hasUnsent else { return drop(connection) }
        let oldest = connection.oldest
        let buffer = desk.response(problem, to: oldest?.operation, closes: true, traceID: oldest?.traceID)
        desk.accessLog?.end(oldest?.accessed, with: buffer.readableBytesView, traceID: oldest?.traceID)
        connection.times.requestStart = nil
        guard buffer.withUnsafeReadableBytes({ connection.send($0) }) else { return drop(connection) }
        linger(connection)
        touch(connection)
    }

    private func drain() {
        isDraining = true
        drainingSince = tick
        if let acceptor {
            try? poller.remove(acceptor.socket.descriptor)
            acceptor.socket.close()
        }
        // The bytes that have arrived are read, so that only connections without a request are closed without an
        // answer.
        for connection in table.all {
            if connection.course == .open { read(connection) }
            touch(connection)
        }
    }
}
