internal import Foundation

/// A directory of its own for one test, removed with the last reference.
public final class TemporaryDirectory: Sendable {
    /// Where it is.
    public let path: String

    /// Makes a new directory under the system's temporary one, or under another one if that can be written.
    public init(_ purpose: String = "test", in preferred: String? = nil) throws {
        let files = FileManager.default
        let base = preferred.flatMap { files.isWritableFile(atPath: $0) ? $0 : nil } ?? files.temporaryDirectory.path
        path = "\(base)/usher-\(purpose)-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
