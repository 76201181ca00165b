public import Logging
internal import Synchronization

/// Keeps the lines of a log.
public final class KeptLines: Sendable {
    /// A line, with its fields as text.
    public struct Line: Sendable {
        /// The level.
        public var level: Logger.Level
        /// The message.
        public var message: String
        /// The fields.
        public var metadata: [String: String]
    }

    private struct Handler: LogHandler {
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level
        let kept: KeptLines

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = Line(
                level: event.level, message: event.message.description,
                metadata: (event.metadata ?? [:]).mapValues { "\($0)" })
            kept.lines.withLock { $0.append(line) }
        }
    }

    private let lines = Mutex<[Line]>([])

    /// Keeps nothing yet.
    public init() {}

    /// A logger whose lines are kept.
    public func logger(_ level: Logger.Level = .trace) -> Logger {
        Logger(label: "test") { _ in Handler(logLevel: level, kept: self) }
    }

    /// The lines so far.
    public var all: [Line] { lines.withLock { $0 } }

    /// The names of the lines so far; libraries' have none.
    public var names: [String] { all.compactMap { $0.metadata["event"] } }

    /// All that was written, as one text.
    public var text: String {
        all.map { line in
            ([line.message] + line.metadata.map { "\($0.key)=\($0.value)" }).joined(separator: " ")
        }.joined(separator: "\n")
    }
}
