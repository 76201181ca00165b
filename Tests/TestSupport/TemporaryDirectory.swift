internal import Foundation

/// A directory of its own for one test, removed with the last reference.
public final class TemporaryDirectory: Sendable {
    /// Where it is.
    public let path: String

    /// Makes a new directory under the system's temporary one.
    public init(_ purpose: String = "test") throws {
        let base = FileManager.default.temporaryDirectory.path
        path = "\(base)/usher-\(purpose)-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
