internal import Domain
internal import Journal
internal import Store
internal import Synchronization

/// Doing what is due by the clock.
extension SequencerLoop {
    /// The nanoseconds until something can become due; nil when nothing will.
    func sleepNanoseconds() -> UInt64? {
        var milliseconds: Int64?
        func atMost(_ limit: Int64) { milliseconds = min(milliseconds ?? .max, max(limit, 1)) }
        if sequencer.hasUnsyncedFrames, case .interval(let interval) = configuration.durability {
            atMost(Int64(interval))
        }
        if hasWorkOfNobody { atMost(2) }
        if layerBegan != nil { atMost(Int64(configuration.commitIntervalMilliseconds)) }
        if sequencer.standing.authority == .primary,
            let rest = sequencer.millisecondsToDue(at: sequencer.time.now(leads: true))
        {
            atMost(min(rest, 60_000))
        }
        // The disk is shared: it fills and empties also where nobody claims, and nobody is sent here while it is full.
        atMost(isShortOfRoom ? 1000 : 5000)
        return milliseconds.map { UInt64($0) * 1_000_000 }
    }

    /// True if writes are refused for lack of room: too little is free, or a frame found none a moment ago.
    ///
    /// A quota refuses writes where the file system has room, and only another attempt can tell that it does no more.
    var isShortOfRoom: Bool {
        if sequencer.isDiskFull { return true }
        guard let last = sequencer.lastNoSpaceNanoseconds else { return false }
        return seams.clock.monotonicNanoseconds() &- last < SequencerLoop.noSpaceNanoseconds
    }

    /// The nanoseconds for which a frame that found no room speaks for the next ones.
    static let noSpaceNanoseconds: UInt64 = 10_000_000_000

    /// Looks at the free space once a second, and tries a layer again that had no room.
    ///
    /// Writes are refused while too little is free, and while a layer waits for room: nothing is added to the next one.
    func checkDisk() {
        let lacksRoom = applier.lacksRoom
        if lacksRoom { sequencer.setDiskFull(true) }
        let now = seams.clock.monotonicNanoseconds()
        guard now &- diskChecked >= 1_000_000_000 else { return }
        diskChecked = now
        guard let free = try? seams.disk.freeBytes(configuration.directory) else { return }
        shared.freeDiskBytes.store(Int64(clamping: free), ordering: .relaxed)
        sequencer.setDiskFull(Int64(clamping: free) < configuration.freeDiskBytesMin || lacksRoom)
        if lacksRoom, free > 0 { applier.retry() }
    }
}
