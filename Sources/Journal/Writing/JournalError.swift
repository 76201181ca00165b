/// A reason why a call of the journal failed.
public enum JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no room for the frame. Nothing of it was written and the journal continues as before: refuse the
    /// batch, and try again when there is room.
    case noSpace(freeBytes: UInt64)
    /// A write or a synchronisation failed. Everything that was not durable before has an unknown outcome, and the
    /// writer answers every later call with this error: acknowledge nothing and stop.
    case failed(DiskError)
    /// The bytes on the disk are not those that were written. Nothing was changed.
    case damaged(JournalDamage)
    /// A file has a format version that this program does not know.
    case unsupportedVersion(file: String, version: UInt16)
    /// The directory belongs to a node in another role.
    case wrongRole(file: String, found: JournalRole)
    /// The journal ends before a position that a state on this node already contains.
    case endsTooEarly(end: LogPosition, needed: LogPosition)
    /// The frames after the position have been removed by retention; `oldest` is the earliest one to start from.
    case notRetained(LogPosition, oldest: LogPosition)
    /// The position is not the end of a frame of this journal: another history, or later than the end.
    case unknownPosition(LogPosition)
    /// A frame from another node does not continue this journal.
    case rejected(FrameFault)

    /// For people, with what to do.
    public var description: String {
        switch self {
        case .noSpace(let freeBytes):
            "no space left for the journal (\(freeBytes) bytes free); free some or let it grow"
        case .failed(let error):
            "the journal cannot be written or read: \(error)"
        case .damaged(let damage):
            damage.description
        case .unsupportedVersion(let file, let version):
            "\(file) has format version \(version), which is newer than this program; use a newer version of usher"
        case .wrongRole(let file, let found):
            "\(file) belongs to a \(found); start this node as a \(found), or use another data directory"
        case .endsTooEarly(let end, let needed):
            "the journal ends at \(end), but the tables contain \(needed): segments are missing; "
                + JournalDamage.remedy
        case .notRetained(let position, let oldest):
            "the journal after \(position) has been removed; the oldest position to start from is \(oldest)"
        case .unknownPosition(let position):
            "position \(position) is not the end of a frame in this journal"
        case .rejected(let fault):
            "a frame does not continue this journal: \(fault)"
        }
    }
}
