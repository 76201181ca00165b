package import Engine

/// Finds what has happened to a node between two looks at it, for its log.
///
/// Nothing is noted where it happens: a look twice a second asks neither the sequencer nor the disk, and the log cannot
/// be in the way of a claim.
package struct NodeWatch: Sendable {
    /// The milliseconds between two looks.
    package static let intervalMilliseconds = 500
    /// Free bytes below which the disk counts as low, as the alert of `usher-alerts.yml` does.
    static let lowDiskBytes: Int64 = 2_000_000_000
    /// The milliseconds that a reason must last before it is told: a start and a reconnection are over by then.
    private static let patienceMilliseconds: UInt64 = 1000
    /// The milliseconds between two lines about slow syncs.
    private static let syncsMilliseconds: UInt64 = 60_000

    /// A reason why the node is not ready.
    private struct Trouble {
        var since: UInt64
        var isTold = false
    }

    private var last: NodeObservation?
    private var troubles: [String: Trouble] = [:]
    /// When the node that is followed was lost; nil while it sends its log, and before it first has.
    private var upstreamLost: UInt64?
    private var wasHeard = false
    private var isDiskLow = false
    private var toldSyncs: UInt64 = 0
    private var syncsTold: UInt64?

    package init() {}

    /// Looks at a node.
    package mutating func look(at api: NodeServices, _ clock: SystemClock = SystemClock()) -> [LogLine] {
        take(NodeObservation(api), at: clock.monotonicNanoseconds() / 1_000_000)
    }

    /// Compares with the look before.
    ///
    /// `now` is in milliseconds of a clock that does not jump.
    mutating func take(_ seen: NodeObservation, at now: UInt64) -> [LogLine] {
        defer { last = seen }
        return role(seen) + upstream(seen, now) + followers(seen) + health(seen, now) + disk(seen, now)
    }

    private func role(_ seen: NodeObservation) -> [LogLine] {
        guard let last, last.role != seen.role || last.epoch != seen.epoch else { return [] }
        return [
            LogLine(
                .roleChanged,
                [
                    (.role, .text(seen.role)), (.epoch, .count(seen.epoch)), (.primary, seen.primary.map { .text($0) }),
                ])
        ]
    }

    private mutating func upstream(_ seen: NodeObservation, _ now: UInt64) -> [LogLine] {
        guard let upstream = seen.upstream else {
            (upstreamLost, wasHeard) = (nil, false)
            return []
        }
        if upstream.isHeard {
            guard upstreamLost != nil || !wasHeard else { return [] }
            let seconds = upstreamLost.map { LogValue.decimal(Double(now - $0) / 1000) }
            (upstreamLost, wasHeard) = (nil, true)
            return [
                LogLine(
                    .primaryFound,
                    [(.upstream, .text(upstream.url)), (.position, .text(seen.position)), (.seconds, seconds)])
            ]
        }
        guard wasHeard, upstreamLost == nil else { return [] }
        upstreamLost = now
        return [
            LogLine(
                .primaryLost, [(.upstream, .text(upstream.url)), (.reason, upstream.reason.map { .text($0) })])
        ]
    }

    private func followers(_ seen: NodeObservation) -> [LogLine] {
        let before = last?.followers ?? [:]
        func line(_ entry: LogEntry, _ name: String, _ one: NodeObservation.Follower) -> LogLine {
            LogLine(
                entry,
                [(.follower, .text(name)), (.url, one.url.map { .text($0) }), (.position, .text(one.position))])
        }
        let lost = before.filter { seen.followers[$0.key] == nil }.sorted { $0.key < $1.key }
        let found = seen.followers.filter { before[$0.key] == nil }.sorted { $0.key < $1.key }
        return lost.map { line(.followerLost, $0.key, $0.value) }
            + found.map { line(.followerConnected, $0.key, $0.value) }
    }

    private mutating func health(_ seen: NodeObservation, _ now: UInt64) -> [LogLine] {
        var lines: [LogLine] = []
        for (word, trouble) in troubles.sorted(by: { $0.key < $1.key }) where seen.reasons[word] == nil {
            troubles[word] = nil
            guard trouble.isTold else { continue }
            let seconds = Double(now - trouble.since) / 1000
            lines.append(LogLine(.readyAgain, [(.reason, .text(word)), (.seconds, .decimal(seconds))]))
        }
        for (word, sentence) in seen.reasons.sorted(by: { $0.key < $1.key }) {
            var trouble = troubles[word] ?? Trouble(since: now)
            if !trouble.isTold, now - trouble.since >= NodeWatch.patienceMilliseconds {
                trouble.isTold = true
                lines.append(LogLine(.notReady, [(.reason, .text(word)), (.detail, .text(sentence))]))
            }
            troubles[word] = trouble
        }
        return lines
    }

    private mutating func disk(_ seen: NodeObservation, _ now: UInt64) -> [LogLine] {
        var lines: [LogLine] = []
        let free = seen.freeDiskBytes
        // A tenth more, so that a disk at the limit is not told of with every look.
        if isDiskLow ? free > NodeWatch.lowDiskBytes / 10 * 11 : free < NodeWatch.lowDiskBytes {
            isDiskLow.toggle()
            lines.append(
                isDiskLow
                    ? LogLine(
                        .diskLow, [(.freeBytes, .number(free)), (.limitBytes, .number(NodeWatch.lowDiskBytes))])
                    : LogLine(.diskRoomy, [(.freeBytes, .number(free))]))
        }
        let slow = seen.slowSyncs - min(toldSyncs, seen.slowSyncs)
        if slow > 0, syncsTold.map({ now - $0 >= NodeWatch.syncsMilliseconds }) ?? true {
            (toldSyncs, syncsTold) = (seen.slowSyncs, now)
            lines.append(
                LogLine(
                    .syncsSlow,
                    [(.syncs, .count(slow)), (.slowerThan, .count(NodeObservation.slowSyncMilliseconds))]))
        }
        return lines
    }
}
