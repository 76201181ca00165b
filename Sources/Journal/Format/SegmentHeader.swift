/// The first 512 bytes of a segment: its number, and the point that it continues.
///
/// `docs/formats/journal.md` has the table.
struct SegmentHeader: Hashable, Sendable {
    static let byteCount = 512
    static let currentVersion: UInt16 = 1
    /// The version of headers with an epoch above 32 bits: its upper half stands where version 1 has zeros.
    static let longEpochVersion: UInt16 = 2
    /// `FF "USHERS" 0A`.
    static let magic: UInt64 = 0x0A53_5245_4853_55FF

    /// Counts the segments of a journal, from 1.
    var number: UInt64
    var role: JournalRole
    /// Bytes of the whole file.
    var segmentBytes: UInt64
    /// Where the first frame continues.
    var start: JournalPoint
    /// The offset in the segment before at which its last frame ends; 0 when there is none before.
    var predecessorEnd: UInt64

    /// The sequence that the first frame begins with.
    var firstSequence: UInt64 { start.position.sequence + 1 }

    init(number: UInt64, role: JournalRole, segmentBytes: UInt64, start: JournalPoint, predecessorEnd: UInt64) {
        self.number = number
        self.role = role
        self.segmentBytes = segmentBytes
        self.start = start
        self.predecessorEnd = predecessorEnd
    }

    /// A reason why 512 bytes are not a segment header.
    enum Fault: Error {
        case damaged(String)
        case unsupportedVersion(UInt16)
    }

    init(decoding bytes: RawSpan) throws(Fault) {
        guard bytes.byteCount >= Self.byteCount else { throw .damaged("the segment header is cut off") }
        guard bytes.littleEndian(UInt64.self, at: 0) == Self.magic else {
            throw .damaged("the file does not begin like a segment")
        }
        guard bytes.littleEndian(UInt32.self, at: 508) == CRC32C.checksum(bytes.extracting(0..<508)) else {
            throw .damaged("the segment header does not match its checksum")
        }
        let version = bytes.littleEndian(UInt16.self, at: 8)
        guard version == Self.currentVersion || version == Self.longEpochVersion else {
            throw .unsupportedVersion(version)
        }
        let upperEpoch = bytes.littleEndian(UInt32.self, at: 88)
        guard let role = JournalRole(rawValue: bytes.littleEndian(UInt8.self, at: 10)) else {
            throw .damaged("the segment header has an unknown role")
        }
        guard bytes.isZero(from: 11, count: 1), bytes.isZero(from: 92, count: 416),
            (upperEpoch == 0) == (version == Self.currentVersion)
        else {
            throw .damaged("the segment header has an unknown field")
        }
        self.init(
            number: bytes.littleEndian(UInt64.self, at: 16),
            role: role,
            segmentBytes: bytes.littleEndian(UInt64.self, at: 24),
            start: JournalPoint(
                position: LogPosition(
                    epoch: UInt64(upperEpoch) << 32 | UInt64(bytes.littleEndian(UInt32.self, at: 12)),
                    sequence: bytes.littleEndian(UInt64.self, at: 32)
                ),
                chain: bytes.hash128(at: 56),
                digest: bytes.hash128(at: 72),
                time: Timestamp(milliseconds: bytes.littleEndian(Int64.self, at: 48))
            ),
            predecessorEnd: bytes.littleEndian(UInt64.self, at: 40)
        )
    }

    /// The header block, checksum included.
    func encoded() -> [UInt8] {
        var block = [UInt8](repeating: 0, count: Self.byteCount)
        var span = block.mutableSpan
        var bytes = unsafe span.mutableBytes
        bytes.setLittleEndian(Self.magic, at: 0)
        let upperEpoch = UInt32(truncatingIfNeeded: start.position.epoch >> 32)
        bytes.setLittleEndian(upperEpoch == 0 ? Self.currentVersion : Self.longEpochVersion, at: 8)
        bytes.setLittleEndian(role.rawValue, at: 10)
        bytes.setLittleEndian(UInt32(truncatingIfNeeded: start.position.epoch), at: 12)
        bytes.setLittleEndian(number, at: 16)
        bytes.setLittleEndian(segmentBytes, at: 24)
        bytes.setLittleEndian(start.position.sequence, at: 32)
        bytes.setLittleEndian(predecessorEnd, at: 40)
        bytes.setLittleEndian(start.time.milliseconds, at: 48)
        bytes.setHash128(start.chain, at: 56)
        bytes.setHash128(start.digest, at: 72)
        bytes.setLittleEndian(upperEpoch, at: 88)
        bytes.setLittleEndian(CRC32C.checksum(bytes.bytes.extracting(0..<508)), at: 508)
        return block
    }
}
