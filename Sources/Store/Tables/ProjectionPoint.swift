internal import Journal

/// The store's note of the position of its derived tables, written in every commit that changes them.
struct ProjectionPoint: Equatable {
    /// Counts changes of this record.
    private static let recordVersion: UInt8 = 2
    /// The version whose epoch had 32 bits.
    private static let shortEpochVersion: UInt8 = 1

    /// The version of the projection that wrote the tables.
    var formatVersion: UInt32
    /// False from the first step of a rebuild to its last.
    var isComplete: Bool
    /// The point of the log that the tables are at.
    var position: LogPosition
    /// The chain hash there.
    var chain: Hash128

    init(formatVersion: UInt32, isComplete: Bool, point: JournalPoint) {
        self.formatVersion = formatVersion
        self.isComplete = isComplete
        position = point.position
        chain = point.chain
    }

    init?(decoding bytes: RawSpan) {
        var reader = ValueReader(bytes)
        let record = reader.byte()
        formatVersion = reader.integer()
        isComplete = reader.byte() == 1
        let epoch =
            record == ProjectionPoint.shortEpochVersion
            ? UInt64(reader.integer(UInt32.self)) : reader.integer(UInt64.self)
        position = LogPosition(epoch: epoch, sequence: reader.integer())
        chain = Hash128(low: reader.integer(), high: reader.integer())
        guard (ProjectionPoint.shortEpochVersion...ProjectionPoint.recordVersion).contains(record), !reader.failed,
            reader.remaining == 0
        else { return nil }
    }

    func encode(to writer: inout ValueWriter) {
        writer.append(byte: ProjectionPoint.recordVersion)
        writer.append(formatVersion)
        writer.append(byte: isComplete ? 1 : 0)
        writer.append(position.epoch)
        writer.append(position.sequence)
        writer.append(chain.low)
        writer.append(chain.high)
    }
}
