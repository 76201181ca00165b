import NIOCore
import NIOPosix

/// The load of one event loop: its connections, its share of the schedule, its figures.
///
/// `@unchecked Sendable`: after `init` everything is touched on ``loop`` only, which the entries check.
final class LoadWorker: @unchecked Sendable {
    let loop: any EventLoop
    let source: any RequestSource
    private let plan: LoadPlan
    private let share: Int
    private let monitor: LoadMonitor
    private let stop: StopSignal
    private let end: EventLoopPromise<Void>
    private(set) var phases: [PhaseTally]

    private var connections: [LoadConnection] = []
    /// A connection for each request that could be sent now.
    private var slots = CircularBuffer<LoadConnection>()
    private var dirty: [LoadConnection] = []
    private var underWay = 0
    private var cursor: RateSchedule.Cursor
    private var next: (due: UInt64, phase: Int)?
    private var hasTimer = false
    private var start: UInt64 = 0
    private var hasStarted = false
    private var isEnding = false
    private var isDone = false
    private var interval = LoadMonitor.Interval()
    private var second = 0
    /// The instant at which the last request was due or sent.
    private(set) var seconds = 0.0

    /// Requests that are due within that time of each other leave together: one timer instead of many.
    private static let timerNanoseconds: UInt64 = 100_000
    private static let reconnect = TimeAmount.milliseconds(100)
    private static let tick = TimeAmount.milliseconds(100)
    private static let drainSeconds = 10.0

    /// - Parameters:
    ///   - plan: The plan of the load.
    ///   - loop: The event loop.
    ///   - number: The number of this worker, from 0.
    ///   - workers: The number of workers.
    ///   - share: The number of its connections.
    ///   - source: Makes the requests.
    ///   - monitor: Gathers the figures while the load runs.
    ///   - stop: Ends the load early.
    init(
        _ plan: LoadPlan, on loop: any EventLoop, number: Int, of workers: Int, share: Int, source: any RequestSource,
        monitor: LoadMonitor, stop: StopSignal
    ) {
        self.plan = plan
        self.loop = loop
        self.share = share
        self.source = source
        self.monitor = monitor
        self.stop = stop
        end = loop.makePromise()
        phases = plan.phases.map { _ in PhaseTally() }
        cursor = plan.schedule.makeCursor(first: number, stride: workers)
    }

    // MARK: Life

    /// Opens all connections.
    func connect() -> EventLoopFuture<Void> {
        EventLoopFuture.andAllSucceed((0..<share).map { _ in open() }, on: loop)
    }

    private func open() -> EventLoopFuture<Void> {
        ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(.seconds(10))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(LoadConnection(self))
                }
            }
            .connect(host: plan.endpoint.host, port: plan.endpoint.port).map { _ in }
    }

    /// Begins the load; the future is done when every answer is there or given up.
    func run(start: UInt64) -> EventLoopFuture<Void> {
        loop.execute { self.begin(start) }
        return end.futureResult
    }

    private func begin(_ start: UInt64) {
        self.start = start
        hasStarted = true
        loop.scheduleRepeatedTask(initialDelay: LoadWorker.tick, delay: LoadWorker.tick) { task in
            if self.isDone { task.cancel() } else { self.look() }
        }
        if plan.isOpen { advance() }
        pump()
        flush()
    }

    /// Checks at intervals if the time is over, an answer has taken too long, or a second is over.
    private func look() {
        let now = NIODeadline.now().uptimeNanoseconds
        let elapsed = Double(now - min(now, start)) / 1e9
        if Int(elapsed) > second { report(now) }
        let timeout = isEnding ? min(LoadWorker.drainSeconds, plan.timeoutSeconds) : plan.timeoutSeconds
        for connection in connections {
            if let since = connection.waitingSince, now > since, Double(now - since) > timeout * 1e9 {
                connection.abandon("timeout")
            }
        }
        if !isEnding, stop.isStopped || elapsed >= plan.seconds { finish(now) }
    }

    private func report(_ now: UInt64) {
        monitor.add(interval, second: second)
        interval.latency.removeAll()
        (interval.answered, interval.claims, interval.errors) = (0, 0, 0)
        second = Int((now - min(now, start)) / 1_000_000_000)
    }

    /// Stops sending; requests that were due and not sent count with the time they have waited.
    private func finish(_ now: UInt64) {
        guard !isEnding else { return }
        isEnding = true
        seconds = min(Double(now - min(now, start)) / 1e9, plan.seconds)
        let limit = min(now, start + UInt64(plan.seconds * 1e9))
        while let due = next, due.due < limit {
            phases[due.phase].requests += 1
            phases[due.phase].errors.add("unsent".utf8)
            phases[due.phase].failureLatency.record(nanoseconds: limit - due.due)
            advance()
        }
        endIfDone()
    }

    private func endIfDone() {
        guard isEnding, underWay == 0, !isDone else { return }
        isDone = true
        report(NIODeadline.now().uptimeNanoseconds)
        for connection in connections { connection.abandon("done") }
        end.succeed()
    }

    // MARK: Sending

    /// Sends all that can be sent now.
    private func pump() {
        guard hasStarted, !isEnding else { return }
        let now = NIODeadline.now().uptimeNanoseconds
        if plan.isOpen { pumpDue(now) } else { pumpFree(now) }
    }

    /// Sends on every connection that waits for no answer (closed loop).
    private func pumpFree(_ now: UInt64) {
        let phase = plan.phase(after: now - min(now, start))
        while let connection = takeSlot() {
            guard send(on: connection, due: now, now: now, phase: phase) else { return finish(now) }
        }
    }

    /// Sends the requests that are due, as long as a connection is free (open loop).
    private func pumpDue(_ now: UInt64) {
        while let due = next, due.due <= now {
            guard let connection = takeSlot() else { return }
            guard send(on: connection, due: due.due, now: now, phase: due.phase) else { return finish(now) }
            advance()
        }
        guard let due = next else { return finish(now) }
        guard !hasTimer else { return }
        hasTimer = true
        loop.scheduleTask(deadline: .uptimeNanoseconds(max(due.due, now + LoadWorker.timerNanoseconds))) {
            self.hasTimer = false
            self.pump()
            self.flush()
        }
    }

    private func advance() {
        next = cursor.next().map { (start + UInt64($0.seconds * 1e9), $0.segment) }
    }

    private func takeSlot() -> LoadConnection? {
        while let connection = slots.popFirst() {
            if connection.isOpen { return connection }
        }
        return nil
    }

    private func send(on connection: LoadConnection, due: UInt64, now: UInt64, phase: Int) -> Bool {
        guard connection.send(source, due: due, now: now, phase: phase) else { return false }
        phases[phase].requests += 1
        underWay += 1
        dirty.append(connection)
        return true
    }

    /// Lets what was written leave, each connection's requests together.
    func flush() {
        for connection in dirty { connection.flush() }
        dirty.removeAll(keepingCapacity: true)
    }

    // MARK: Events of connections

    /// Takes a connection into use.
    func opened(_ connection: LoadConnection) {
        loop.preconditionInEventLoop()
        guard !isDone else { return connection.abandon("done") }
        connections.append(connection)
        for _ in 0..<plan.pipeline { slots.append(connection) }
        pump()
        flush()
    }

    /// Counts a piece of an answer.
    func count(_ outcome: Outcome, _ piece: AnswerPiece, phase: Int) {
        phases[phase].count(outcome, piece)
        switch outcome {
        case .failed: interval.errors += 1
        case .read: break
        case .granted, .already, .held, .confirmed, .released, .refused: interval.claims += 1
        }
    }

    /// Notes that an answer is complete.
    func answered(_ connection: LoadConnection, phase: Int, latency: UInt64, hasFailed: Bool) {
        phases[phase].answered += 1
        if hasFailed {
            phases[phase].failureLatency.record(nanoseconds: latency)
        } else {
            phases[phase].latency.record(nanoseconds: latency)
        }
        interval.latency.record(nanoseconds: latency)
        interval.answered += 1
        underWay -= 1
        slots.append(connection)
        pump()
        endIfDone()
    }

    /// Counts a request whose answer will not come.
    func lost(phase: Int, _ kind: String) {
        phases[phase].errors.add(kind.utf8)
        interval.errors += 1
        underWay -= 1
    }

    /// Replaces a connection that is gone.
    func closed(_ connection: LoadConnection) {
        loop.preconditionInEventLoop()
        connections.removeAll { $0 === connection }
        slots.removeAll { $0 === connection }
        if !isDone { replace() }
        endIfDone()
    }

    private func replace() {
        loop.scheduleTask(in: LoadWorker.reconnect) {
            guard !self.isEnding else { return }
            self.open().whenFailure { error in
                self.phases[self.plan.phase(after: NIODeadline.now().uptimeNanoseconds - self.start)]
                    .errors.add(LoadWorker.kind(of: error).utf8)
                self.interval.errors += 1
                self.replace()
            }
        }
    }

    /// A word for an error of a connection.
    static func kind(of error: any Error) -> String {
        guard let error = error as? IOError else { return "connection_failed" }
        return switch error.errnoCode {
        case ECONNREFUSED: "connection_refused"
        case ECONNRESET, EPIPE: "connection_reset"
        case EMFILE, ENFILE: "too_many_open_files"
        default: "connection_failed"
        }
    }
}
