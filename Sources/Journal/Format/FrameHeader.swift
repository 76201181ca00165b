/// The first 96 bytes of a frame: its kind, its lengths and its place in the journal.
///
/// `docs/formats/journal.md` has the byte table.
public struct FrameHeader: Hashable, Sendable {
    /// The kind of a payload.
    public enum Kind: UInt8, Sendable {
        /// The effects of one batch of commands.
        case log = 1
        /// A piece of a snapshot.
        case snapshot = 2
        /// Says on a replication stream where the sender is; never stored.
        case heartbeat = 3
    }

    /// Bytes of a header.
    public static let byteCount = 96
    /// The version of headers whose epoch fits 32 bits.
    public static let currentVersion: UInt16 = 1
    /// The version of headers with a longer epoch: its upper half stands where version 1 has zeros.
    public static let longEpochVersion: UInt16 = 2
    /// The longest payload, in bytes before compression.
    ///
    /// Bounds what a reader can be made to allocate.
    public static let rawLengthMax = 512 << 20
    /// `FF "USHERF" 0A`.
    ///
    /// The byte FF occurs in no UTF-8 text, so no text inside a payload looks like a frame.
    static let magic: UInt64 = 0x0A46_5245_4853_55FF
    private static let zstdFlag: UInt8 = 1

    /// The kind of a payload.
    public var kind: Kind
    /// True if the stored payload is a zstd frame.
    public var isCompressed: Bool
    /// The epoch that it was written in.
    public var epoch: UInt64
    /// The sequence of the first command.
    public var firstSequence: UInt64
    /// The number of commands; in a log frame at least 1.
    public var commandCount: UInt32
    /// Bytes of the payload before compression.
    public var rawLength: Int
    /// Bytes of the payload as stored.
    public var storedLength: Int
    /// The log's clock for the whole batch.
    public var time: Timestamp
    /// The highest sequence that the writer knew to be on stable storage when it wrote this frame.
    public var syncedThrough: UInt64
    /// The chain hash of the frame before.
    public var previousChain: Hash128
    /// The state digest after the frame.
    public var digest: Hash128
    /// In a heartbeat of a replica: how far it is behind the primary, in milliseconds; 0 in everything else.
    public var lagMilliseconds: UInt32 = 0

    /// The sequence of the last command: `firstSequence - 1` when there is none.
    public var lastSequence: UInt64 { firstSequence &+ UInt64(commandCount) &- 1 }
    /// The position of a state that contains this frame.
    public var position: LogPosition { LogPosition(epoch: epoch, sequence: lastSequence) }
    /// Bytes of the whole frame: header, stored payload, checksum, padding.
    public var frameBytes: Int { Self.frameBytes(storedLength: storedLength) }

    /// Bytes of a whole frame with a stored payload of this length.
    ///
    /// A multiple of 8.
    public static func frameBytes(storedLength: Int) -> Int { (byteCount + storedLength + 4 + 7) & ~7 }

    /// Makes the header of a frame that is not encoded yet: lengths and compression are the encoder's.
    public init(
        kind: Kind = .log,
        epoch: UInt64,
        firstSequence: UInt64,
        commandCount: UInt32,
        time: Timestamp,
        syncedThrough: UInt64,
        previousChain: Hash128,
        digest: Hash128
    ) {
        self.kind = kind
        self.isCompressed = false
        self.epoch = epoch
        self.firstSequence = firstSequence
        self.commandCount = commandCount
        self.rawLength = 0
        self.storedLength = 0
        self.time = time
        self.syncedThrough = syncedThrough
        self.previousChain = previousChain
        self.digest = digest
    }

    /// Reads and verifies a header from the beginning of `bytes`; looks at no byte behind the header.
    ///
    /// - Throws: ``FrameFault`` (`incomplete`, `notAFrame`, `headerChecksum`, `unsupportedVersion`, `field`).
    public init(decoding bytes: RawSpan) throws(FrameFault) {
        guard bytes.byteCount >= Self.byteCount else { throw .incomplete }
        guard bytes.littleEndian(UInt64.self, at: 0) == Self.magic else { throw .notAFrame }
        guard bytes.littleEndian(UInt32.self, at: 92) == CRC32C.checksum(bytes.extracting(0..<92)) else {
            throw .headerChecksum
        }
        let version = bytes.littleEndian(UInt16.self, at: 8)
        guard version == Self.currentVersion || version == Self.longEpochVersion else {
            throw .unsupportedVersion(version)
        }
        guard let kind = Kind(rawValue: bytes.littleEndian(UInt8.self, at: 10)) else { throw .field("kind") }
        let flags = bytes.littleEndian(UInt8.self, at: 11)
        guard flags & ~Self.zstdFlag == 0 else { throw .field("flags") }
        let upperEpoch = bytes.littleEndian(UInt32.self, at: 36)
        guard (upperEpoch == 0) == (version == Self.currentVersion) else { throw .field("epoch") }
        guard kind == .heartbeat || bytes.isZero(from: 88, count: 4) else { throw .field("reserved") }
        self.init(
            kind: kind,
            epoch: UInt64(upperEpoch) << 32 | UInt64(bytes.littleEndian(UInt32.self, at: 12)),
            firstSequence: bytes.littleEndian(UInt64.self, at: 16),
            commandCount: bytes.littleEndian(UInt32.self, at: 24),
            time: Timestamp(milliseconds: bytes.littleEndian(Int64.self, at: 40)),
            syncedThrough: bytes.littleEndian(UInt64.self, at: 48),
            previousChain: bytes.hash128(at: 56),
            digest: bytes.hash128(at: 72)
        )
        lagMilliseconds = bytes.littleEndian(UInt32.self, at: 88)
        isCompressed = flags & Self.zstdFlag != 0
        rawLength = Int(bytes.littleEndian(UInt32.self, at: 28))
        storedLength = Int(bytes.littleEndian(UInt32.self, at: 32))
        guard rawLength <= Self.rawLengthMax else { throw .field("raw length") }
        // Compression that does not shrink is not used, so the stored payload is never the longer one.
        guard isCompressed ? storedLength < rawLength : storedLength == rawLength else { throw .field("stored length") }
        guard !firstSequence.addingReportingOverflow(UInt64(commandCount)).overflow else { throw .field("sequence") }
    }

    /// Writes the header, checksum included, to the beginning of `bytes`.
    ///
    /// - Precondition: `bytes` has room for ``byteCount`` bytes, and the lengths are within their bounds.
    public func encode(into bytes: inout MutableRawSpan) {
        precondition(rawLength <= Self.rawLengthMax, "a payload is at most rawLengthMax bytes")
        bytes.setLittleEndian(Self.magic, at: 0)
        let upperEpoch = UInt32(truncatingIfNeeded: epoch >> 32)
        bytes.setLittleEndian(upperEpoch == 0 ? Self.currentVersion : Self.longEpochVersion, at: 8)
        bytes.setLittleEndian(kind.rawValue, at: 10)
        bytes.setLittleEndian(isCompressed ? Self.zstdFlag : 0, at: 11)
        bytes.setLittleEndian(UInt32(truncatingIfNeeded: epoch), at: 12)
        bytes.setLittleEndian(firstSequence, at: 16)
        bytes.setLittleEndian(commandCount, at: 24)
        bytes.setLittleEndian(UInt32(rawLength), at: 28)
        bytes.setLittleEndian(UInt32(storedLength), at: 32)
        bytes.setLittleEndian(upperEpoch, at: 36)
        bytes.setLittleEndian(time.milliseconds, at: 40)
        bytes.setLittleEndian(syncedThrough, at: 48)
        bytes.setHash128(previousChain, at: 56)
        bytes.setHash128(digest, at: 72)
        bytes.setLittleEndian(lagMilliseconds, at: 88)
        bytes.setLittleEndian(CRC32C.checksum(bytes.bytes.extracting(0..<92)), at: 92)
    }
}
