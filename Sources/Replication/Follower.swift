public import Engine
internal import Journal
internal import Synchronization

/// Keeps a replica's engine at the end of its upstream's log.
///
/// When the connection breaks, it continues from the position on this node's disk. It never removes anything: when the
/// log cannot be continued, it ends and says what to do.
public final class Follower: Sendable {
    /// The reason why following has ended.
    public enum End: Error, Sendable {
        /// The upstream does not have what comes next any more: begin again with a snapshot that contains this node's
        /// history.
        case mustBootstrap(String)
        /// This node's data is of another history, such as the future that a restore has cut off: nothing may be thrown
        /// away before somebody has looked.
        case diverged(String)
        /// This node has more than its upstream: nothing may be thrown away before somebody has looked.
        case ahead(String)
        /// This node is the primary now.
        case promoted
    }

    private struct State {
        var state = FollowerStatus.State.connecting
        var lastError: String?
        var lag = LagClock()
        var connections: UInt64 = 0
        /// The number of the last registration: of this process above those of the ones before it.
        var registration: UInt64
        var choice: UpstreamChoice
        /// True while the present connection has sent its head.
        var isOpen = false
    }

    private let engine: Engine
    private let identity: FollowerIdentity
    private let clock: any EngineClock
    private let state: Mutex<State>

    /// Makes a follower for an engine that is a replica.
    ///
    /// - Parameters:
    ///   - engine: The engine of the replica.
    ///   - upstream: The node to follow.
    ///   - identity: The name of this follower.
    ///   - clock: The clock.
    ///   - makeUpstream: Makes the way to another URL, for a changed primary.
    public init(
        engine: Engine, upstream: any Upstream, identity: FollowerIdentity, clock: any EngineClock = SystemClock(),
        makeUpstream: @escaping @Sendable (String) -> any Upstream
    ) {
        self.engine = engine
        self.identity = identity
        self.clock = clock
        state = Mutex(
            State(
                registration: engine.directory.startCount << 32,
                choice: UpstreamChoice(upstream, makeUpstream: makeUpstream)))
    }

    /// The position and the state of following.
    public var status: FollowerStatus {
        let position = engine.position
        let now = clock.monotonicNanoseconds()
        // It may have been superseded since: it follows nobody then.
        let isPromoted = engine.standing.authority != .replica
        return state.withLock { state in
            FollowerStatus(
                state: isPromoted ? .promoted : state.state, upstream: state.choice.current.url,
                lastError: state.lastError,
                upstreamPosition: state.lag.upstreamPosition,
                lagMilliseconds: isPromoted ? 0 : state.lag.milliseconds(at: position, now: now),
                connections: state.connections)
        }
    }

    // MARK: Following

    /// Waits between two attempts: short at first, so that a restarted primary is found at once.
    private static let pauseMillisecondsRange: ClosedRange<Int> = 50...2000

    /// Follows until the task is cancelled or the log cannot be continued.
    ///
    /// - Throws: ``End``, `CancellationError`, or `EngineError` when this node's storage fails.
    public func run() async throws {
        var pause = Follower.pauseMillisecondsRange.lowerBound
        while true {
            try Task.checkCancellation()
            let before = engine.syncedPoint.position
            do {
                try await followOnce()
                note(.connecting, "the stream ended")
                state.withLock { $0.choice.goHome() }
            } catch {
                try judge(error)
            }
            guard engine.standing.authority == .replica else { throw End.promoted }
            if engine.syncedPoint.position > before { pause = Follower.pauseMillisecondsRange.lowerBound }
            try await clock.sleep(for: .milliseconds(pause))
            pause = min(pause * 2, Follower.pauseMillisecondsRange.upperBound)
        }
    }

    /// Follows one connection to its end.
    private func followOnce() async throws {
        let upstream = chooseUpstream()
        let start = engine.syncedPoint
        let identity = register()
        let stream = try await upstream.openStream(after: start, as: identity)
        try checkEpoch(stream.standing)
        try await engine.note(
            primary: stream.standing.primary ?? upstream.url, of: stream.standing.position.epoch)
        let opened = clock.monotonicNanoseconds()
        let milliseconds = state.withLock { state in
            state.state = .following
            state.connections += 1
            state.isOpen = true
            return state.choice.opened(stream.standing)
        }
        let (positions, report) = AsyncStream.makeStream(of: LogPosition.self, bufferingPolicy: .bufferingNewest(1))
        let isForgotten = Forgotten()
        // Cancelled at the end of the connection: what it has not told is told by where the next one begins.
        async let _: Void = confirm(positions, to: upstream, as: identity, isForgotten)
        defer { report.finish() }
        var splitter = FrameSplitter()
        let epoch = stream.standing.position.epoch
        while let bytes = try await stream.next() {
            try Task.checkCancellation()
            if let failure = engine.failure { throw failure }
            guard engine.standing.authority == .replica, !isForgotten.isSet else { break }
            let harvest = try splitter.add(bytes)
            let now = clock.monotonicNanoseconds()
            state.withLock { $0.lag.contact(at: now) }
            var isOfNewEpoch = harvest.heartbeats.contains { $0.epoch > epoch }
            if !harvest.frames.isEmpty {
                let position = try await engine.follow(harvest.frames, of: epoch).position
                report.yield(position)
                isOfNewEpoch = isOfNewEpoch || position.epoch > epoch
            }
            for heartbeat in harvest.heartbeats {
                try take(heartbeat)
            }
            // With every heartbeat again: a node that has forgotten this stream says so without a new frame.
            if !harvest.heartbeats.isEmpty { report.yield(engine.syncedPoint.position) }
            // Another node is the primary since the stream was opened: the next one says which.
            if isOfNewEpoch { break }
            if let milliseconds, now - opened > UInt64(milliseconds) * 1_000_000 { break }
        }
    }

    /// Numbers the next stream: a late copy of an older request is known by its lower number.
    private func register() -> FollowerIdentity {
        var identity = identity
        identity.history = engine.historyName
        identity.registration = state.withLock { state in
            state.registration += 1
            return state.registration
        }
        return identity
    }

    /// Chooses whom to follow: the node that was told of as the primary of an epoch that is not in the log yet, if there
    /// is one, else as before.
    private func chooseUpstream() -> any Upstream {
        let standing = engine.standing
        let isNew = standing.epoch > engine.syncedPoint.position.epoch
        return state.withLock { state in
            if isNew, let primary = standing.primary { state.choice.turn(to: primary) }
            state.isOpen = false
            return state.choice.current
        }
    }

    /// Remembers if the upstream has forgotten the stream to this node.
    private final class Forgotten: Sendable {
        private let flag = Atomic<Bool>(false)

        var isSet: Bool { flag.load(ordering: .relaxed) }
        func set() { flag.store(true, ordering: .relaxed) }
    }

    /// Tells the upstream how far this node is: the newest position, one request at a time, again until it is heard.
    private func confirm(
        _ positions: AsyncStream<LogPosition>, to upstream: any Upstream, as identity: FollowerIdentity,
        _ isForgotten: Forgotten
    ) async {
        for await position in positions {
            var pause = Follower.pauseMillisecondsRange.lowerBound
            // A primary that waits for this very position sends no next frame that would make up for a lost one.
            while !Task.isCancelled {
                if let isConnected = try? await upstream.confirm(position, by: identity) {
                    if !isConnected { isForgotten.set() }
                    break
                }
                try? await clock.sleep(for: .milliseconds(pause))
                pause = min(pause * 2, 1000)
            }
        }
    }

    private func take(_ heartbeat: FrameHeader) throws {
        guard heartbeat.epoch >= engine.standing.epoch else { throw Fenced(epoch: heartbeat.epoch) }
        let now = clock.monotonicNanoseconds()
        let position = LogPosition(epoch: heartbeat.epoch, sequence: heartbeat.syncedThrough)
        state.withLock { $0.lag.hear(of: position, lagMilliseconds: heartbeat.lagMilliseconds, at: now) }
        let own = engine.syncedPoint
        guard own.position == position else { return }
        guard own.chain == heartbeat.previousChain, own.digest == heartbeat.digest else {
            throw End.diverged("the upstream has another history at \(position)")
        }
        engine.hear(time: heartbeat.time)
    }

    private func checkEpoch(_ standing: UpstreamStanding) throws {
        guard standing.position.epoch < engine.standing.epoch else { return }
        throw Fenced(epoch: standing.position.epoch)
    }

    /// The upstream is of an older epoch than this node has seen.
    private struct Fenced: Error {
        var epoch: UInt64
    }

    // MARK: Trouble

    /// Decides what an error means; returns when trying again makes sense.
    private func judge(_ error: any Error) throws {
        switch error {
        case is CancellationError, is End:
            if case End.diverged(let reason) = error { note(.diverged, reason) }
            throw error
        case let fenced as Fenced:
            fence(fenced.epoch)
        case let error as UpstreamError:
            try judgeAnswer(error)
        case let error as EngineError:
            switch error.code {
            case .frameRejected, .diskFull, .overloaded: note(.connecting, error.message)
            default: throw error
            }
        default:
            note(.connecting, "\(error)")
        }
    }

    private func judgeAnswer(_ error: UpstreamError) throws {
        if case .late(let registration) = error {
            // Of a copy of this directory, or of an earlier state of it: this one is here now.
            state.withLock { $0.registration = max($0.registration, registration) }
            return note(.connecting, error.description)
        }
        guard case .refused(let code, let message, let standing) = error else {
            return unreachable(error)
        }
        guard standing.position.epoch >= engine.standing.epoch else { return fence(standing.position.epoch) }
        // A replica may lag behind this node, or be of another history; only the primary's word is final.
        if let primary = standing.primary, primary != status.upstream, code != "behind_retention" {
            note(.connecting, error.description)
            return state.withLock { $0.choice.detour(to: primary) }
        }
        switch code {
        case "behind_follower": unreachable(error)
        case "behind_retention":
            note(.bootstrapping, message)
            throw End.mustBootstrap(message)
        case "diverged":
            note(.diverged, message)
            throw End.diverged(message)
        case "ahead_of_primary":
            note(.ahead, message)
            throw End.ahead(message)
        default: note(.connecting, error.description)
        }
    }

    private func unreachable(_ error: UpstreamError) {
        note(.connecting, error.description)
        let primary = engine.standing.primary
        state.withLock { $0.choice.failed(wasOpen: $0.isOpen, primary: primary) }
    }

    /// Takes nothing from a node of an older epoch, and turns to the new primary if its URL is known.
    private func fence(_ epoch: UInt64) {
        let standing = engine.standing
        note(.fenced, "the upstream is of epoch \(epoch); there is a primary of epoch \(standing.epoch)")
        guard let primary = standing.primary else { return }
        state.withLock { $0.choice.turn(to: primary) }
    }

    private func note(_ what: FollowerStatus.State, _ error: String) {
        state.withLock { state in
            state.state = what
            state.lastError = error
        }
    }
}
