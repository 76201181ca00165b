internal import Crypto
public import Journal
public import Store

/// The epochs of a history, each with the sequence at which it began.
///
/// An epoch is written by one node only. It begins with a promotion or with the first start after a restore, and its
/// first command notes where the log stood then. A position of an earlier epoch is part of this history only up to where
/// the next epoch began: everything after that is a lost future, on whatever disk it may still be.
public struct Epochs: Sendable {
    /// One epoch's beginning.
    public struct Entry: Equatable, Sendable {
        /// Its number.
        public var epoch: UInt64
        /// The last sequence before it; nil where an earlier version did not note it.
        public var sequenceBefore: UInt64?

        /// Describes an epoch's beginning.
        public init(epoch: UInt64, sequenceBefore: UInt64?) {
            self.epoch = epoch
            self.sequenceBefore = sequenceBefore
        }
    }

    /// Oldest first; the first epoch of a directory has no entry.
    public private(set) var entries: [Entry] = []

    /// A history without a second epoch.
    public init() {}

    // MARK: In the state

    /// Writes down that an epoch begins.
    ///
    /// - Parameters:
    ///   - epoch: The epoch.
    ///   - sequence: The last sequence of the log before it.
    ///   - numbersFrom: The lowest number that new things may have: above all that a lost future may have given out.
    ///   - context: The context of the command.
    public static func begin(
        _ epoch: UInt64, after sequence: UInt64, numbersFrom: UInt64?, in context: inout DecisionContext
    ) {
        if let numbersFrom { context.state.advanceNumbers(to: numbersFrom) }
        context.state.put(SettingRecord.self, .epoch(epoch), .epoch(sequenceBefore: sequence, began: context.now))
    }

    /// All epochs of a state.
    public static func load(from state: some StateScanning) -> Epochs {
        var epochs = Epochs()
        if let legacy = legacy(in: state) { epochs.add(legacy) }
        let prefix = SettingKey.epochs.key
        state.scan(SettingRecord.table, prefix: prefix, from: nil, descending: false) { key, _ in
            if let entry = entry(key: key, in: state) { epochs.add(entry) }
            return true
        }
        return epochs
    }

    /// The entry under a key of the table `settings`; nil when the key is another setting's.
    public static func entry(key: RawSpan, in state: some StateReading) -> Entry? {
        guard let id = SettingKey(decoding: key), let epoch = id.epoch,
            case .epoch(let sequence, _)? = state.find(SettingRecord.self, id)
        else { return nil }
        return Entry(epoch: epoch, sequenceBefore: sequence)
    }

    /// Adds an epoch that has begun.
    public mutating func add(_ entry: Entry) {
        entries.removeAll { $0.epoch == entry.epoch }
        entries.append(entry)
        entries.sort { $0.epoch < $1.epoch }
    }

    // MARK: Judging

    /// Judges a position, seen from a log that ends at `end`.
    ///
    /// - Complexity: O(epochs).
    public func place(of position: LogPosition, end: LogPosition) -> HistoryPlace {
        if position.sequence == 0 { return .past }
        if position.epoch == end.epoch { return position.sequence <= end.sequence ? .past : .future }
        guard position.epoch < end.epoch else { return .future }
        guard isKnown(position.epoch), let next = entries.first(where: { $0.epoch > position.epoch }) else {
            return .elsewhere
        }
        guard let before = next.sequenceBefore else { return .past }
        return position.sequence <= before ? .past : .elsewhere
    }

    private func isKnown(_ epoch: UInt64) -> Bool {
        if epoch == JournalPoint.beginning.position.epoch { return true }
        // Epochs before one whose beginning was not noted are not known; they were numbered one by one.
        if let legacy = entries.first(where: { $0.sequenceBefore == nil }), epoch < legacy.epoch { return true }
        return entries.contains { $0.epoch == epoch }
    }

    /// The one record of earlier versions: the present epoch of 32 bits, and when it began.
    private static func legacy(in state: some StateReading) -> Entry? {
        guard case .reign(let epoch, _)? = state.find(SettingRecord.self, .reign) else { return nil }
        return Entry(epoch: UInt64(epoch), sequenceBefore: nil)
    }
}
