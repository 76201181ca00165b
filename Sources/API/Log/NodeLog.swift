internal import Engine
package import Logging
internal import Synchronization

/// Writes the declared lines of a node's log.
///
/// A kind of line is written at most ``linesPerMinuteMax`` times in a minute, so that no fault fills a disk; lines that an
/// operator asked for, those of requests, have no such limit.
package final class NodeLog: Sendable {
    /// The most lines of one kind in a minute.
    package static let linesPerMinuteMax = 60
    /// The member of a line's metadata that holds the name of its kind.
    package static let nameMember = "event"
    /// The member that says how many lines of the kind were left out before this one.
    package static let omittedMember = "omitted"

    private struct Minute {
        var began: UInt64
        var count = 0
        var omitted = 0
    }

    private let logger: Logger
    private let now: @Sendable () -> UInt64
    private let minutes = Mutex<[String: Minute]>([:])
    private static let minuteNanoseconds: UInt64 = 60_000_000_000

    /// Writes to a logger.
    ///
    /// - Parameters:
    ///   - logger: The logger.
    ///   - now: The monotonic clock, in nanoseconds.
    package init(
        _ logger: Logger, now: @escaping @Sendable () -> UInt64 = { SystemClock().monotonicNanoseconds() }
    ) {
        self.logger = logger
        self.now = now
    }

    /// Writes a line, if the logger takes its level.
    package func write(_ entry: LogEntry, _ values: (LogField, LogValue?)...) { write(LogLine(entry, values)) }

    /// Writes a line, if the logger takes its level.
    package func write(_ line: LogLine) {
        let entry = line.entry
        guard entry.level >= logger.logLevel, let omitted = admit(entry) else { return }
        var metadata = NodeLog.metadata(of: line)
        if omitted > 0 { metadata[NodeLog.omittedMember] = .stringConvertible(omitted) }
        logger.log(level: entry.level, "\(entry.message)", metadata: metadata)
    }

    /// The name and the fields of a line, as the writers of the log take them.
    package static func metadata(of line: LogLine) -> Logger.Metadata {
        var metadata: Logger.Metadata = [nameMember: .string(line.entry.name)]
        for (field, value) in line.values { metadata[field.name] = value.metadata }
        return metadata
    }

    /// Counts a line; gives the number of those that were left out before it, nil if this one is left out too.
    private func admit(_ entry: LogEntry) -> Int? {
        guard entry.isBounded else { return 0 }
        let now = now()
        return minutes.withLock { minutes in
            var minute = minutes[entry.name] ?? Minute(began: now)
            if now &- minute.began >= NodeLog.minuteNanoseconds {
                minute = Minute(began: now, omitted: minute.omitted)
            }
            defer { minutes[entry.name] = minute }
            guard minute.count < NodeLog.linesPerMinuteMax else {
                minute.omitted += 1
                return nil
            }
            minute.count += 1
            defer { minute.omitted = 0 }
            return minute.omitted
        }
    }
}
