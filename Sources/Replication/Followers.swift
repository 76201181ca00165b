public import Engine
public import Journal
internal import Synchronization

/// Who follows this node, and how far each of them is.
public final class Followers: Sendable {
    /// One follower, as operators see it.
    public struct Report: Sendable {
        /// Who it is.
        public var identity: FollowerIdentity
        /// The position that it has on stable storage.
        public var position: LogPosition
        /// The position sent to it.
        public var sentPosition: LogPosition
        /// The number of sequences that it is behind.
        public var lagSequences: UInt64
        /// The bytes of the journal that it is behind.
        public var lagBytes: Int64
        /// The milliseconds since the oldest frame was sent that it has not confirmed.
        public var lagMilliseconds: Int64
        /// The milliseconds since it connected.
        public var connectedMilliseconds: Int64
    }

    /// A follower that was connected since the start, and is not any more.
    public struct Lost: Sendable {
        /// Who it is.
        public var identity: FollowerIdentity
        /// The position that it had on stable storage.
        public var position: LogPosition
        /// The milliseconds since it left.
        public var milliseconds: Int64
    }

    /// A connection of a follower, for whoever serves it.
    public struct Connection: Hashable, Sendable {
        let node: String
        let number: UInt64
    }

    private struct Entry {
        var identity: FollowerIdentity
        var number: UInt64
        var connected: UInt64
        /// When the follower last said something of itself.
        var heard: UInt64
        var confirmed: LogPosition
        var confirmedLocation: JournalLocation
        var sent: LogPosition
        /// The frames sent and not confirmed, oldest first.
        var inFlight: [Sent] = []
    }

    private struct Sent {
        var position: LogPosition
        var location: JournalLocation
        var time: UInt64
    }

    private struct Absence {
        var identity: FollowerIdentity
        var position: LogPosition
        var since: UInt64
    }

    private struct State {
        /// The nodes that have left, by their names.
        var absent: [String: Absence] = [:]
        var entries: [String: Entry] = [:]
        var lastNumber: UInt64 = 0
        /// The highest registration of each node, connected or not.
        var registrations: [String: UInt64] = [:]
    }

    /// Followers confirm with every heartbeat; one that says nothing for this long is counted out.
    public static let silenceMillisecondsMax: UInt64 = 10_000
    /// Beyond this many names the ones that are not connected are forgotten.
    private static let namesMax = 1000

    private let engine: Engine
    private let clock: any EngineClock
    private let state = Mutex(State())

    /// Watches over the followers of an engine.
    public init(_ engine: Engine, clock: any EngineClock = SystemClock()) {
        self.engine = engine
        self.clock = clock
    }

    /// A later registration of the same node: with its number.
    public struct Late: Error, Hashable, Sendable {
        /// The number of the later one.
        public var registration: UInt64
    }

    /// Refuses a registration that is not newer than the last of its node.
    ///
    /// - Throws: ``Late``.
    public func check(_ identity: FollowerIdentity) throws(Late) {
        try state.withLock { state throws(Late) in try Followers.check(identity, state) }
    }

    private static func check(_ identity: FollowerIdentity, _ state: State) throws(Late) {
        guard let registration = identity.registration, let last = state.registrations[identity.node],
            registration <= last
        else { return }
        throw Late(registration: last)
    }

    /// Notes that a follower has opened a stream; what it follows from is on its disk.
    ///
    /// A connection of the same node from before counts no more.
    ///
    /// - Throws: ``Late`` when there was a later registration: this request is an old one that was held back.
    public func enter(_ identity: FollowerIdentity, _ stream: FeedStream) throws(Late) -> Connection {
        let now = clock.monotonicNanoseconds()
        let (position, location) = (stream.point.position, stream.location)
        let connection = try state.withLock { state throws(Late) in
            try Followers.check(identity, state)
            if state.registrations.count >= Followers.namesMax {
                state.registrations = state.registrations.filter { state.entries[$0.key] != nil }
            }
            if let registration = identity.registration { state.registrations[identity.node] = registration }
            state.lastNumber += 1
            state.absent[identity.node] = nil
            state.entries[identity.node] = Entry(
                identity: identity, number: state.lastNumber, connected: now, heard: now, confirmed: position,
                confirmedLocation: location, sent: position)
            // Together with the entry, so that an older connection that ends now does not take this one out.
            engine.quorum.enter(identity.node, at: position)
            return Connection(node: identity.node, number: state.lastNumber)
        }
        return connection
    }

    /// Notes how far a follower was sent the log.
    public func sent(_ connection: Connection, _ stream: FeedStream) {
        let now = clock.monotonicNanoseconds()
        let sent = Sent(position: stream.point.position, location: stream.location, time: now)
        state.withLock { state in
            guard var entry = state.entries[connection.node], entry.number == connection.number,
                sent.position > entry.sent
            else { return }
            entry.sent = sent.position
            entry.inFlight.append(sent)
            state.entries[connection.node] = entry
        }
    }

    /// True if a connection is still the one of its node: a later one displaces it.
    public func isCurrent(_ connection: Connection) -> Bool {
        state.withLock { $0.entries[connection.node]?.number == connection.number }
    }

    /// Notes that a follower has the log up to a position on stable storage.
    ///
    /// - Parameters:
    ///   - node: The name of the follower.
    ///   - position: The position.
    ///   - registration: The registration of the stream that it speaks for; nil where an earlier version does not say
    ///     it.
    /// - Returns: True if that stream is the node's present one.
    @discardableResult
    public func confirm(_ node: String, _ position: LogPosition, registration: UInt64? = nil) -> Bool {
        let now = clock.monotonicNanoseconds()
        let isKnown = state.withLock { state in
            guard var entry = state.entries[node] else { return false }
            if let registration, let own = entry.identity.registration, registration != own { return false }
            entry.heard = now
            guard position > entry.confirmed else {
                state.entries[node] = entry
                return true
            }
            entry.confirmed = position
            let done = entry.inFlight.prefix { $0.position <= position }
            if let last = done.last { entry.confirmedLocation = last.location }
            entry.inFlight.removeFirst(done.count)
            state.entries[node] = entry
            return true
        }
        if isKnown { engine.quorum.confirm(node, position) }
        return isKnown
    }

    /// Notes that a follower's connection has ended.
    public func leave(_ connection: Connection) {
        state.withLock { state in
            guard state.entries[connection.node]?.number == connection.number else { return }
            remove(connection.node, from: &state)
        }
    }

    /// Counts out those that have said nothing for too long: their lines may be dead without an end.
    ///
    /// Called once a second. A follower that is counted out learns it from the answer to its next confirmation.
    public func removeSilent() {
        let now = clock.monotonicNanoseconds()
        state.withLock { state in
            for (node, entry) in state.entries where entry.identity.registration != nil {
                guard (now &- min(entry.heard, now)) / 1_000_000 > Followers.silenceMillisecondsMax else { continue }
                remove(node, from: &state)
            }
        }
    }

    /// Counts a follower out, and remembers that it was there.
    private func remove(_ node: String, from state: inout State) {
        guard let entry = state.entries.removeValue(forKey: node) else { return }
        engine.quorum.leave(node)
        if state.absent.count >= Followers.namesMax,
            let oldest = state.absent.min(by: { $0.value.since < $1.value.since })?.key
        {
            state.absent[oldest] = nil
        }
        state.absent[node] = Absence(
            identity: entry.identity, position: entry.confirmed, since: clock.monotonicNanoseconds())
    }

    /// The followers that have left since the start, by name.
    public var lost: [Lost] {
        let now = clock.monotonicNanoseconds()
        return state.withLock { $0.absent.values.sorted { $0.identity.node < $1.identity.node } }.map { absence in
            Lost(
                identity: absence.identity, position: absence.position,
                milliseconds: Int64((now &- min(absence.since, now)) / 1_000_000))
        }
    }

    /// True if a node with that name or URL follows this one now.
    public func isConnected(_ name: String) -> Bool {
        state.withLock { $0.entries.values.contains { Followers.isNamed($0.identity, name) } }
    }

    /// Forgets a node that has left and will never come back, by its name or URL.
    ///
    /// - Returns: True if it was known.
    public func forget(_ name: String) -> Bool {
        state.withLock { state in
            let known = state.absent.values.filter { Followers.isNamed($0.identity, name) }.map(\.identity.node)
            for node in known {
                state.absent[node] = nil
                state.registrations[node] = nil
            }
            return !known.isEmpty
        }
    }

    private static func isNamed(_ identity: FollowerIdentity, _ name: String) -> Bool {
        identity.node == name || identity.url == name
    }

    /// All that are connected, by name.
    public var reports: [Report] {
        let now = clock.monotonicNanoseconds()
        let (end, location) = (engine.syncedPoint.position, engine.syncedLocation)
        let entries = state.withLock { $0.entries.values.sorted { $0.identity.node < $1.identity.node } }
        return entries.map { entry in
            Report(
                identity: entry.identity, position: entry.confirmed, sentPosition: entry.sent,
                lagSequences: end.sequence - min(end.sequence, entry.confirmed.sequence),
                lagBytes: entry.confirmed >= end
                    ? 0 : max(0, engine.journalBytes(from: entry.confirmedLocation, to: location)),
                lagMilliseconds: entry.inFlight.first.map { Int64((now &- $0.time) / 1_000_000) } ?? 0,
                connectedMilliseconds: Int64((now &- entry.connected) / 1_000_000))
        }
    }
}
