public import Foundation
public import Journal

@testable import Engine

/// Looks for secrets in everything that a node leaves behind: every byte of every file, and what is compressed in it.
public struct SecretScan: Sendable {
    private let secrets: [[UInt8]]

    /// - Parameter secrets: texts that must be nowhere.
    public init(for secrets: [String]) {
        self.secrets = secrets.map { Array($0.utf8) }
    }

    /// Where a data directory holds a secret: its files, and the frames of its journal as they were written.
    ///
    /// - Returns: the places, and how many files and frames were looked at.
    public func places(
        inDirectory directory: String, role: JournalRole
    ) throws -> (found: [String], files: Int, frames: Int) {
        let files = try FileManager.default.subpathsOfDirectory(atPath: directory)
        var found = files.filter { file in
            holds(FileManager.default.contents(atPath: directory + "/" + file) ?? Data())
        }
        let view = try JournalView(dataDirectory: directory, role: role)
        let reader = try view.makeReader(after: view.oldest, contents: .payload)
        var frames = 0
        while let header = try reader.next(through: view.end.position) {
            if reader.withContents({ span in span.withUnsafeBytes { holds($0) } }) {
                found.append("frame \(header.position)")
            }
            frames += 1
        }
        return (found, files.count, frames)
    }

    /// Where a snapshot file holds a secret: in its bytes, and in its bodies as they are read.
    public func places(inSnapshot path: String) throws -> [String] {
        var found = holds(try Data(contentsOf: URL(fileURLWithPath: path))) ? [path] : []
        let reader = try SnapshotReader(path: path)
        var bodies = 0
        while try reader.next({ body in
            bodies += 1
            if body.withUnsafeBytes({ holds($0) }) { found.append("body \(bodies) of \(path)") }
        }) {}
        return found
    }

    /// True if a text holds a secret.
    public func holds(_ text: String) -> Bool { holds(Data(text.utf8)) }

    /// True if bytes hold a secret.
    public func holds(_ data: Data) -> Bool { data.withUnsafeBytes { holds($0) } }

    private func holds(_ bytes: UnsafeRawBufferPointer) -> Bool {
        secrets.contains { SecretScan.holds(bytes, $0) }
    }

    /// Looks for a text by its first byte: most bytes of a file are zeros.
    private static func holds(_ bytes: UnsafeRawBufferPointer, _ part: [UInt8]) -> Bool {
        guard var next = bytes.baseAddress else { return false }
        let end = next + bytes.count
        while end - next >= part.count, let found = memchr(next, Int32(part[0]), end - next - part.count + 1) {
            if memcmp(found, part, part.count) == 0 { return true }
            next = UnsafeRawPointer(found) + 1
        }
        return false
    }
}
