internal import Domain
internal import Journal
internal import Store
internal import Synchronization

/// Doing what is due by the clock.
extension SequencerLoop {
    /// How long nothing can become due; nil when nothing will.
    func sleepNanoseconds() -> UInt64? {
        var milliseconds: Int64?
        func atMost(_ limit: Int64) { milliseconds = min(milliseconds ?? .max, max(limit, 1)) }
        if sequencer.hasUnsyncedFrames, case .interval(let interval) = configuration.durability {
            atMost(Int64(interval))
        }
        if hasWorkOfNobody { atMost(2) }
        if layerBegan != nil { atMost(Int64(configuration.commitIntervalMilliseconds)) }
        if sequencer.standing.authority == .primary, let next = sequencer.dueHolds.next {
            // What is due can have to wait: for room on the disk, for followers.
            let floor: Int64 = sequencer.canWrite ? 1 : 100
            let rest = next.milliseconds - sequencer.time.now(leads: true).milliseconds
            atMost(max(min(rest, 60_000), floor))
        }
        // The disk is shared: it fills and empties also where nobody claims, and nobody is sent here while it is full.
        atMost(isShortOfRoom ? 1000 : 5000)
        return milliseconds.map { UInt64($0) * 1_000_000 }
    }

    /// Whether writes are refused for lack of room: too little is free, or a frame found none a moment ago.
    ///
    /// A quota refuses writes where the file system has room, and only another attempt can tell that it does no more.
    var isShortOfRoom: Bool {
        if sequencer.isDiskFull { return true }
        guard let last = sequencer.lastNoSpaceNanoseconds else { return false }
        return seams.clock.monotonicNanoseconds() &- last < SequencerLoop.noSpaceNanoseconds
    }

    /// How long a frame that found no room speaks for those to come.
    static let noSpaceNanoseconds: UInt64 = 10_000_000_000

    /// Looks at the free space once a second.
    func checkDisk() {
        let now = seams.clock.monotonicNanoseconds()
        guard now &- diskChecked >= 1_000_000_000 else { return }
        diskChecked = now
        guard let free = try? seams.disk.freeBytes(configuration.directory) else { return }
        shared.freeDiskBytes.store(Int64(clamping: free), ordering: .relaxed)
        sequencer.setDiskFull(Int64(clamping: free) < configuration.freeDiskBytesMin)
    }

    /// The most records that are purged in one turn: a stored answer can have thousands.
    static let purgedRecordsMax = 3000
    /// How long others have the sequencer between two turns: by then LMDB has the first one.
    static let purgeRestNanoseconds: UInt64 = 1_000_000_000

    /// Once a minute, forgets stored answers of idempotency keys that are older than they are kept; a turn a second
    /// while there are more than one turn's worth.
    func purge() -> Decision<Int>? {
        let now = seams.clock.monotonicNanoseconds()
        guard now >= nextPurge, sequencer.standing.authority == .primary, sequencer.failure == nil,
            !sequencer.isDiskFull
        else { return nil }
        nextPurge = now &+ 60_000_000_000
        guard let snapshot = try? store.snapshot() else { return nil }
        let due = Idempotency.due(in: snapshot, now: sequencer.logged.time, recordsMax: SequencerLoop.purgedRecordsMax)
        guard !due.isEmpty else { return nil }
        nextPurge = now &+ SequencerLoop.purgeRestNanoseconds
        return Decision({ context in Idempotency.purge(due, in: &context) }, answer: { _ in })
    }
}
