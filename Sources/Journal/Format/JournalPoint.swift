/// A place between two frames, with everything that the next frame must continue.
public struct JournalPoint: Hashable, Sendable {
    /// The position of a state that contains everything before this place.
    public var position: LogPosition
    /// The chain hash of the frame before.
    public var chain: Hash128
    /// The state digest at this place.
    public var digest: Hash128
    /// The time of the frame before.
    public var time: Timestamp

    /// Makes a point.
    public init(position: LogPosition, chain: Hash128, digest: Hash128, time: Timestamp) {
        self.position = position
        self.chain = chain
        self.digest = digest
        self.time = time
    }

    /// Before the first frame of a new journal: epoch 1, sequence 0, nothing hashed.
    public static let beginning = JournalPoint(
        position: LogPosition(epoch: 1, sequence: 0), chain: .zero, digest: .zero, time: Timestamp(milliseconds: 0)
    )

    /// The point after a frame.
    init(after header: FrameHeader, chain: Hash128) {
        self.init(position: header.position, chain: chain, digest: header.digest, time: header.time)
    }

    /// Checks that a verified frame is the one that comes here.
    func checkContinuation(_ header: FrameHeader) throws(FrameFault) {
        guard header.kind == .log else { throw .field("kind") }
        guard header.commandCount > 0 else { throw .field("command count") }
        guard header.firstSequence == position.sequence + 1 else {
            throw .sequence(expected: position.sequence + 1, found: header.firstSequence)
        }
        guard header.previousChain == chain else { throw .chain }
        guard header.epoch >= position.epoch else { throw .epochWentBack }
        guard header.time >= time else { throw .timeWentBack }
        guard header.syncedThrough < header.firstSequence else { throw .field("synced through") }
    }
}
