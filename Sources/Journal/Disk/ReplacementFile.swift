/// A file that takes its place complete and durable, or not at all: written beside it, synchronised, then renamed.
///
/// The next attempt replaces a temporary file that a crash has left. An attempt that fails, on a full disk or for
/// another reason, removes its own.
public struct ReplacementFile: ~Copyable {
    /// The place that it takes.
    public let path: String
    /// Where it is until then.
    public let temporaryPath: String
    /// The number of bytes written.
    public private(set) var bytes: UInt64 = 0
    private let disk: any Disk
    private let file: any DiskFile
    private var isPublished = false

    /// Begins a file that will replace what is at a path.
    ///
    /// - Parameters:
    ///   - path: The place that it takes.
    ///   - suffix: The end of its name until it is complete. Two writers of one path must be kept apart by their
    ///     callers.
    ///   - disk: The file system.
    /// - Throws: ``DiskError`` when the file cannot be made.
    public init(_ path: String, temporarySuffix suffix: String, on disk: any Disk) throws(DiskError) {
        self.path = path
        self.disk = disk
        temporaryPath = path + suffix
        file = try disk.createAnew(temporaryPath)
    }

    deinit {
        file.close()
        if !isPublished { try? disk.remove(temporaryPath) }
    }

    /// Appends bytes.
    public mutating func write(_ span: RawSpan) throws(DiskError) {
        try file.write(span, at: bytes)
        bytes += UInt64(span.byteCount)
    }

    /// Brings what was written to stable storage.
    public func synchronize() throws(DiskError) { try file.synchronize() }

    /// Gives the file its name, durably.
    ///
    /// - Throws: after the renaming only when that could not be made durable: the file is in its place then, and a
    ///   power cut may undo it.
    public mutating func publish() throws(DiskError) {
        try file.synchronize()
        try disk.rename(temporaryPath, to: path)
        isPublished = true
        try disk.synchronizeDirectory(RealDisk.parent(of: path) ?? ".")
    }
}
