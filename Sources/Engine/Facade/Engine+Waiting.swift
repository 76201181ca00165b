internal import Domain
public import Journal
internal import Synchronization

/// Waiting until the log, or LMDB behind it, has got somewhere.
extension Engine {
    /// Milliseconds that a read waits for LMDB: a commit takes a second at most unless the disk hangs.
    public static let readWaitMilliseconds = 10_000

    /// Waits until LMDB has a position.
    ///
    /// - Throws: ``EngineError`` `tooFewReplicas` when what keeps LMDB from it is a frame that followers have not
    ///   confirmed in their time; `diskFull` when there is no room to bring LMDB there; `overloaded` when LMDB itself
    ///   took longer than `timeoutMilliseconds`.
    func waitUntilApplied(
        _ target: LogPosition, timeoutMilliseconds: Int = Engine.readWaitMilliseconds
    ) async throws(EngineError) {
        let deadline = clock.monotonicNanoseconds() &+ UInt64(max(0, timeoutMilliseconds)) * 1_000_000
        while shared.applied.reached < target {
            let now = clock.monotonicNanoseconds()
            let rest = now < deadline ? (deadline - now + 999_999) / 1_000_000 : 0
            let isReached = await shared.applied.wait(
                for: target, timeoutMilliseconds: min(Int(rest), lookMilliseconds), by: clock,
                registered: { inbox.nudge() })
            if isReached { return }
            if let failure = shared.failureReason { throw failure }
            guard isReady else { throw Engine.draining }
            guard !isHeldUpByFollowers(target) else { throw Sequencer.tooFewReplicas }
            guard !lacksRoomToApply else { throw Engine.cannotApply }
            guard clock.monotonicNanoseconds() < deadline else { throw Engine.behind }
        }
    }

    /// Blocks the calling thread until LMDB has a position, however long it takes.
    ///
    /// - Returns: false when a frame that followers have not confirmed in their time keeps LMDB from it.
    func waitUntilAppliedBlocking(_ target: LogPosition) throws(EngineError) -> Bool {
        while !shared.applied.waitBlocking(
            for: target, timeoutMilliseconds: lookMilliseconds, registered: { inbox.nudge() })
        {
            if let failure = shared.failureReason { throw failure }
            guard isReady else { throw Engine.draining }
            if isHeldUpByFollowers(target) { return false }
            guard !lacksRoomToApply else { throw Engine.cannotApply }
        }
        return true
    }

    /// Milliseconds between two looks of those who wait for LMDB: the time that a frame has for followers.
    private var lookMilliseconds: Int { max(configuration.syncReplicasTimeoutMilliseconds, 10) }

    /// True if LMDB cannot get to a position before followers confirm a frame whose time for that is over.
    ///
    /// A layer that the applier has already cannot be held up by them.
    private func isHeldUpByFollowers(_ target: LogPosition) -> Bool {
        decides && shared.progress.withLock { $0.isWithheld } && shared.sealed.withLock { $0 } < target
    }

    /// Waits until a position is decided and durable here.
    ///
    /// - Throws: ``EngineError`` `positionNotReached` when the time is over before; at once when the position is of
    ///   another history, which a restore or a promotion has cut off.
    public func wait(for position: LogPosition, timeoutMilliseconds: Int) async throws(EngineError) {
        if place(of: position) != .elsewhere {
            guard await shared.durable.wait(for: position, timeoutMilliseconds: timeoutMilliseconds, by: clock) else {
                throw EngineError(
                    .positionNotReached, "This node is at \(self.position) and did not reach \(position) in time.")
            }
        }
        // A later epoch can have begun before that position.
        guard place(of: position) != .elsewhere else {
            throw EngineError(
                .positionNotReached,
                "\(position) is of another history: it was cut off by a restore or a promotion, and this node, at "
                    + "\(self.position), will never reach it. Read the state anew.")
        }
    }
}
