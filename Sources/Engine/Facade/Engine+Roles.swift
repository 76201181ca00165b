public import Journal
internal import Synchronization

/// Reads and changes the role of the node.
extension Engine {
    /// The standing of this node: its authority, its epoch, and the primary if it is another node.
    public var standing: NodeStanding { shared.standing.withLock { $0 } }

    /// True if commands are decided here.
    public var decides: Bool { shared.decides.load(ordering: .acquiring) }

    /// The error that a node that does not decide answers to commands.
    public var notPrimaryError: EngineError { standing.refusal }

    /// Takes frames of the primary over, byte for byte as they were sent: appends, syncs, applies.
    ///
    /// When it returns they are on stable storage here and visible to readers.
    ///
    /// - Parameters:
    ///   - frames: whole frames, one behind the other.
    ///   - epoch: the epoch of the node that sends them: one that is older than this node has seen is refused, whatever
    ///     it sends. The frames themselves may be of any earlier epoch: the end of an old one is part of the history
    ///     of the new primary, and the chain proves it.
    /// - Returns: the log's end.
    /// - Throws: ``EngineError`` `frameRejected`: damaged, of an older epoch, or not the next one; open the stream
    ///   again behind ``syncedPoint``. `diskFull`: try again later. Frames before the bad one are taken.
    @discardableResult
    public func follow(_ frames: [UInt8], of epoch: UInt64) async throws(EngineError) -> JournalPoint {
        let directory = directory
        let hasRoom: @Sendable (SequencerLoop) -> Bool = { $0.sealIfLarge() }
        return try await control(when: hasRoom) { loop throws(EngineError) in
            try loop.follow(frames, of: epoch) { (standing) throws(EngineError) in try directory.record(standing) }
        }
    }

    /// Makes this replica, or superseded primary, the primary of a new epoch.
    ///
    /// The epoch is on disk before its first frame, and the first frame says that it began. On a primary it changes
    /// nothing.
    ///
    /// - Returns: the position of that frame.
    @discardableResult
    public func promote() async throws(EngineError) -> LogPosition {
        let directory = directory
        let isReady: @Sendable (SequencerLoop) -> Bool = { $0.isReadyToPromote() }
        return try await control(when: isReady) { loop throws(EngineError) in
            try loop.promote { (standing) throws(EngineError) in try directory.record(standing) }
        }
    }

    /// Requires that so many followers have a frame before it is acknowledged, also of what the log held at the start:
    /// nobody is told of that before they have it, because it is not known how much of it they had.
    ///
    /// For a primary that starts without them. ``ReplicaQuorum/require(_:)`` changes the number while it runs, and asks for
    /// nothing that is acknowledged.
    public func requireFollowers(_ count: Int) async throws(EngineError) {
        quorum.require(count)
        try await control { loop throws(EngineError) in loop.withholdLog() }
    }

    /// Learns that there is a primary of a newer epoch.
    ///
    /// A primary decides nothing from now on, a replica takes no older frames. On disk before it returns.
    ///
    /// - Parameters:
    ///   - epoch: The epoch.
    ///   - primary: The URL of the primary, if known.
    /// - Returns: True if the epoch was news.
    /// - Throws: ``EngineError`` when it cannot be written down.
    @discardableResult
    public func learn(epoch: UInt64, primary: String?) async throws(EngineError) -> Bool {
        let directory = directory
        return try await control { loop throws(EngineError) in
            try loop.learn(epoch: epoch, primary: primary) { (standing) throws(EngineError) in
                try directory.record(standing)
            }
        }
    }

    /// Notes where writes go, as whoever this node follows says.
    ///
    /// - Parameters:
    ///   - primary: The URL of the primary.
    ///   - epoch: The epoch of the node that says so: nothing is noted once this node knows of a newer one, whose
    ///     primary is another node.
    /// - Throws: ``EngineError`` when the engine is draining.
    public func note(primary: String, of epoch: UInt64) async throws(EngineError) {
        try await control { loop throws(EngineError) in loop.note(primary: primary, of: epoch) }
    }

    private func control<Value: Sendable>(
        when ready: @escaping @Sendable (SequencerLoop) -> Bool = { _ in true },
        _ body: @escaping @Sendable (SequencerLoop) throws(EngineError) -> Value
    ) async throws(EngineError) -> Value {
        let result: Result<Value, EngineError> = await withCheckedContinuation { continuation in
            let work = Control<Value>(when: ready, body, answer: { continuation.resume(returning: $0) })
            switch inbox.put(work) {
            case .accepted: break
            case .full: work.fail(Engine.overloaded)
            case .closed: work.fail(refusalOfClosed)
            }
        }
        return try result.get()
    }
}
