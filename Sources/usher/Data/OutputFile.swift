import Foundation
import Journal

/// A file that is there complete or not at all: written beside its place, synchronised, then renamed.
struct OutputFile: ~Copyable {
    private var file: ReplacementFile

    /// The name while it is not complete.
    var temporaryPath: String { file.temporaryPath }
    /// The number of bytes written.
    var bytes: UInt64 { file.bytes }

    /// Begins a file; what an interrupted attempt has left is replaced.
    ///
    /// - Throws: ``CommandFailure`` when something stands there that is no regular file: renaming over a device would
    ///   replace it.
    init(_ name: String) throws {
        // Behind symbolic links, so that a link stays one.
        let path = URL(fileURLWithPath: name).resolvingSymlinksInPath().path
        let kind = (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
        guard kind == nil || kind == .typeRegular else {
            throw CommandFailure("\(name) is not a regular file; name another one.")
        }
        do {
            file = try ReplacementFile(path, temporarySuffix: ".part", on: RealDisk())
        } catch {
            throw CommandFailure("\(name) cannot be made: check that its directory exists and is writable.")
        }
    }

    /// Appends bytes.
    mutating func write(_ buffer: UnsafeRawBufferPointer) throws { try file.write(buffer.bytes) }

    /// Appends bytes.
    mutating func write(_ data: [UInt8]) throws { try file.write(data.span.bytes) }

    /// Brings what was written to stable storage.
    func synchronize() throws { try file.synchronize() }

    /// Gives the file its name, durably.
    mutating func publish() throws { try file.publish() }
}
