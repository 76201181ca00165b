internal import Crypto
public import Journal
public import Store

/// The epochs of a history: who may have written which part of it.
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

    private static let formatVersion: UInt8 = 1
    private static let prefix = "epoch/"

    /// Oldest first; the first epoch of a directory has no entry.
    public private(set) var entries: [Entry] = []

    /// A history without a second epoch.
    public init() {}

    // MARK: In the state

    /// Writes down that an epoch begins.
    ///
    /// - Parameters:
    ///   - sequence: the last sequence of the log before it.
    ///   - numbersFrom: the lowest number that new things may have: after a restore, above all that the lost future
    ///     may have given out.
    public static func begin(
        _ epoch: UInt64, after sequence: UInt64, numbersFrom: UInt64?, in context: inout DecisionContext
    ) {
        if let numbersFrom { context.state.advanceNumbers(to: numbersFrom) }
        let now = context.now
        context.state.put(Tables.settings, key(epoch)) { writer in
            writer.append(byte: formatVersion)
            writer.append(sequence)
            writer.append(instant: now)
        }
    }

    /// All epochs of a state.
    public static func load(from state: some StateScanning) -> Epochs {
        var epochs = Epochs()
        if let legacy = legacy(in: state) { epochs.add(legacy) }
        state.scan(Tables.settings, prefix: Settings.key(prefix), from: nil, descending: false) { key, value in
            if let entry = Entry(key: key, value: value) { epochs.add(entry) }
            return true
        }
        return epochs
    }

    /// The entry under a key of the table `settings`; nil when the key is another setting's.
    public static func entry(key: RawSpan, in state: some StateReading) -> Entry? {
        guard let epoch = epoch(ofKey: key) else { return nil }
        return state.read(Tables.settings, Epochs.key(epoch)) { Entry(key: key, value: $0) } ?? nil
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
        // What came before an epoch whose beginning was not noted is not known, and was numbered one by one.
        if let legacy = entries.first(where: { $0.sequenceBefore == nil }), epoch < legacy.epoch { return true }
        return entries.contains { $0.epoch == epoch }
    }

    // MARK: Keys

    private static func key(_ epoch: UInt64) -> Key {
        var key = Settings.key(prefix)
        key.append(bigEndian: epoch)
        return key
    }

    fileprivate static func epoch(ofKey key: RawSpan) -> UInt64? {
        let prefix = Settings.key(prefix)
        let isEpoch = key.withUnsafeBytes { bytes in
            prefix.withBytes { bytes.count == $0.count + 8 && bytes.starts(with: $0) }
        }
        guard isEpoch else { return nil }
        return key.withUnsafeBytes { bytes in bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) } }
    }

    /// The one record of earlier versions: the present epoch of 32 bits, and when it began.
    private static func legacy(in state: some StateReading) -> Entry? {
        state.read(Tables.settings, Settings.reign) { bytes in
            var reader = ValueReader(bytes)
            let epoch = UInt64(reader.integer(UInt32.self))
            _ = reader.instant()
            guard !reader.failed, reader.remaining == 0 else { damagedRecord("settings") }
            return Entry(epoch: epoch, sequenceBefore: nil)
        }
    }
}

extension Epochs.Entry {
    fileprivate init?(key: RawSpan, value: RawSpan) {
        guard let epoch = Epochs.epoch(ofKey: key) else { return nil }
        var reader = ValueReader(value)
        guard reader.byte() == 1 else { damagedRecord("settings") }
        self.epoch = epoch
        sequenceBefore = reader.integer(UInt64.self)
        _ = reader.instant()
        guard !reader.failed, reader.remaining == 0 else { damagedRecord("settings") }
    }
}

/// Makes the numbers of epochs.
///
/// The seconds since 2026 and 16 bits of chance: a later epoch has a higher number, also than those of a history that was
/// lost, and two that begin in one second on two machines differ.
public enum EpochNumber {
    private static let originSeconds: Int64 = 1_767_225_600
    private static let chanceBits: UInt64 = 16

    /// An epoch after `known`; nil when there is none left.
    public static func next(
        after known: UInt64, wallMilliseconds: Int64, random: inout some RandomNumberGenerator
    ) -> UInt64? {
        let chance = random.next() & (1 << chanceBits - 1)
        let timely = ofTime(wallMilliseconds) | chance
        guard timely <= known else { return timely }
        // A clock that is behind: still a higher one, still with chance in it.
        let (next, isOver) = known.addingReportingOverflow(1 + chance)
        return isOver ? nil : next
    }

    /// The highest epoch that a node whose clock is right can have begun.
    ///
    /// - Parameter known: an epoch that this node knows of.
    public static func highest(known: UInt64, wallMilliseconds: Int64) -> UInt64 {
        let day: Int64 = 86_400_000
        let timely = ofTime(wallMilliseconds.addingReportingOverflow(day).partialValue) | (1 << chanceBits - 1)
        let stepped = known.addingReportingOverflow(1 << (chanceBits + 4))
        return max(timely, stepped.overflow ? .max : stepped.partialValue)
    }

    private static func ofTime(_ wallMilliseconds: Int64) -> UInt64 {
        UInt64(max(0, wallMilliseconds / 1000 - originSeconds)) << chanceBits
    }

    /// The number that things made after a restore begin with: above everything that any node can have given out by now.
    ///
    /// One number for every microsecond since 2026: no node makes that many things, so that whatever the lost future
    /// has used lies below; and 28 bits of chance tell two restores in one moment apart.
    public static func numbersFrom(
        known: UInt64, wallMilliseconds: Int64, random: inout some RandomNumberGenerator
    ) -> UInt64 {
        let chance = random.next() & (1 << 28 - 1)
        let microseconds = UInt64(max(0, wallMilliseconds - originSeconds * 1000)) * 1000
        return max(known, microseconds) + chance
    }
}

/// The name of a history: the same on every node that has a part of it, also after a restore.
public enum HistoryName {
    /// Derived from the secret that a directory draws at its first start; nil before that.
    ///
    /// Tells nothing of the secret: 128 bits of a SHA-256.
    public static func load(from state: some StateReading) -> Hash128? {
        state.read(Tables.settings, Settings.publicIDSecret) { bytes in
            var hash = SHA256()
            hash.update(data: Array("usher history".utf8))
            bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
            let digest = Array(hash.finalize())
            func word(_ range: Range<Int>) -> UInt64 { digest[range].reduce(0) { $0 << 8 | UInt64($1) } }
            return Hash128(low: word(8..<16), high: word(0..<8))
        }
    }
}
