/// A place in the journal where the disk does not give back what was written.
public struct JournalDamage: Hashable, Sendable, CustomStringConvertible {
    /// The path of the segment.
    public var file: String
    /// The byte in it where the first unusable frame (or the header) begins.
    public var offset: UInt64
    /// The first sequence that cannot be read.
    public var sequence: UInt64
    /// The fault found there.
    public var reason: String

    static let remedy = "restore a snapshot, or bootstrap this node from another one"

    /// For people, with what to do.
    public var description: String {
        "the journal is damaged: \(file), offset \(offset), sequence \(sequence): \(reason). Nothing was changed; "
            + Self.remedy
    }
}
