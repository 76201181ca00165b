import Foundation
import Journal

/// A file that is there complete or not at all: written beside its place, synchronised, then renamed.
struct OutputFile: ~Copyable {
    /// Behind symbolic links, so that a link stays one.
    let path: String
    private let disk = RealDisk()
    private let file: any DiskFile
    private(set) var bytes: UInt64 = 0
    private var isPublished = false

    /// The name while it is not complete.
    var temporaryPath: String { path + ".part" }

    /// Begins a file; what an interrupted attempt has left is replaced.
    ///
    /// - Throws: ``CommandFailure`` when something stands there that is no regular file: renaming over a device would
    ///   replace it.
    init(_ name: String) throws {
        path = URL(fileURLWithPath: name).resolvingSymlinksInPath().path
        let kind = (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
        guard kind == nil || kind == .typeRegular else {
            throw CommandFailure("\(name) is not a regular file; name another one.")
        }
        try? disk.remove(path + ".part")
        do {
            file = try disk.open(path + ".part", .create)
        } catch {
            throw CommandFailure("\(name) cannot be made: check that its directory exists and is writable.")
        }
    }

    deinit {
        file.close()
        if !isPublished { try? disk.remove(path + ".part") }
    }

    /// Appends bytes.
    mutating func write(_ buffer: UnsafeRawBufferPointer) throws {
        try file.write(buffer.bytes, at: bytes)
        bytes += UInt64(buffer.count)
    }

    /// Appends bytes.
    mutating func write(_ data: [UInt8]) throws {
        try file.write(data.span.bytes, at: bytes)
        bytes += UInt64(data.count)
    }

    /// Brings what was written to stable storage.
    func synchronize() throws { try file.synchronize() }

    /// Gives the file its name, durably.
    mutating func publish() throws {
        try file.synchronize()
        try disk.rename(path + ".part", to: path)
        isPublished = true
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try disk.synchronizeDirectory(directory)
    }
}
