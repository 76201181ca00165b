/// The place of a journal, and the way in which it is written.
///
/// The defaults are those of a server.
public struct JournalConfiguration: Sendable {
    /// The disk.
    public var disk: any Disk
    /// The directory of the segments; nothing else may be in it.
    public var directory: String
    /// The role of this node.
    ///
    /// A replica refuses segments of a primary; a primary continues after those of a replica, which it was before.
    public var role: JournalRole
    /// Bytes of a segment file.
    ///
    /// At least 1,024, a multiple of 8. A frame that is longer gets a segment of its own size.
    public var segmentBytes: UInt64
    /// Bytes that must stay free on the disk when a segment is made, for the tables and for the operator.
    public var freeBytesReserve: UInt64
    /// True if the next segment is made in the background while the present one fills up.
    public var preparesAhead: Bool

    /// Makes a configuration.
    ///
    /// - Precondition: `segmentBytes` is at least 1,024 and a multiple of 8.
    public init(
        disk: any Disk = RealDisk(),
        directory: String,
        role: JournalRole = .primary,
        segmentBytes: UInt64 = 64 << 20,
        freeBytesReserve: UInt64 = 0,
        preparesAhead: Bool = true
    ) {
        precondition(segmentBytes >= 1024 && segmentBytes % 8 == 0, "segments are at least 1,024 bytes, in eights")
        self.disk = disk
        self.directory = directory
        self.role = role
        self.segmentBytes = segmentBytes
        self.freeBytesReserve = freeBytesReserve
        self.preparesAhead = preparesAhead
    }

    /// The path of a file in the directory.
    func path(_ name: String) -> String { directory + "/" + name }
}
