internal import Journal

/// The store's own note of its position: part of every LMDB commit.
extension JournalPoint {
    static var storedFormatVersion: UInt8 { 2 }
    /// The version whose epoch had 32 bits.
    private static var shortEpochVersion: UInt8 { 1 }

    init?(decoding bytes: RawSpan) {
        var reader = ValueReader(bytes)
        let format = reader.byte()
        let epoch =
            format == JournalPoint.shortEpochVersion ? UInt64(reader.integer(UInt32.self)) : reader.integer(UInt64.self)
        self.init(
            position: LogPosition(epoch: epoch, sequence: reader.integer()),
            chain: Hash128(low: reader.integer(), high: reader.integer()),
            digest: Hash128(low: reader.integer(), high: reader.integer()),
            time: Timestamp(milliseconds: reader.integer()))
        guard (JournalPoint.shortEpochVersion...JournalPoint.storedFormatVersion).contains(format), !reader.failed,
            reader.remaining == 0
        else { return nil }
    }

    func encode(to writer: inout ValueWriter) {
        writer.append(byte: JournalPoint.storedFormatVersion)
        writer.append(position.epoch)
        writer.append(position.sequence)
        writer.append(chain.low)
        writer.append(chain.high)
        writer.append(digest.low)
        writer.append(digest.high)
        writer.append(time.milliseconds)
    }
}
