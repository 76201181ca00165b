internal import Foundation
internal import Journal

#if canImport(Glibc)
    internal import Glibc
#endif

/// A data directory, held by one process: what stands in it, whose it is and which format it has.
///
/// ```
/// usher.json   format version and role
/// lock         locked while a server runs on the directory
/// journal/     segments
/// store/       LMDB
/// ```
public final class DataDirectory: Sendable {
    /// The format that this version writes and reads.
    public static let formatVersion = 2

    /// What `usher.json` says.
    public struct Manifest: Codable, Equatable, Sendable {
        /// The format of everything in the directory.
        public var format: Int
        /// `primary` or `replica`.
        public var role: String
    }

    /// Where it is.
    public let path: String
    /// What it says of itself.
    public let manifest: Manifest
    private let lock: FileLock

    /// Where the journal's segments are.
    public var journalPath: String { path + "/journal" }
    /// Where LMDB is.
    public var storePath: String { path + "/store" }

    /// Takes hold of a directory for a server of the given role, making it if it does not exist.
    ///
    /// - Throws: ``EngineError`` `unusableDirectory` when another process has it, or it is of a newer format or
    ///   another role; the message says what to do.
    public static func claim(path: String, role: String = "primary") throws(EngineError) -> DataDirectory {
        try makeDirectory(path)
        let lock = try FileLock(path: path + "/lock", directory: path)
        if let manifest = try readManifest(in: path) {
            try check(manifest, role: role, path: path)
            return DataDirectory(path: path, manifest: manifest, lock: lock)
        }
        let strangers = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        guard !strangers.contains("store"), !strangers.contains("journal") else {
            throw EngineError(
                .unusableDirectory,
                "\(path) has data but no usher.json. It was not made by this program, or a file is missing: "
                    + "restore it from a snapshot into an empty directory.")
        }
        try makeDirectory(path + "/journal")
        try makeDirectory(path + "/store")
        let manifest = try writeManifest(in: path, role: role)
        return DataDirectory(path: path, manifest: manifest, lock: lock)
    }

    private init(path: String, manifest: Manifest, lock: FileLock) {
        self.path = path
        self.manifest = manifest
        self.lock = lock
    }

    /// What a directory says of itself; nil when it is empty or does not exist.
    public static func readManifest(in path: String) throws(EngineError) -> Manifest? {
        guard let data = FileManager.default.contents(atPath: path + "/usher.json") else { return nil }
        guard let manifest = try? JSONDecoder().decode(Manifest.self, from: data) else {
            throw EngineError(
                .unusableDirectory, "\(path)/usher.json can not be read; restore the directory from a snapshot.")
        }
        return manifest
    }

    /// Refuses a directory of a newer format or of another role.
    public static func check(_ manifest: Manifest, role: String, path: String) throws(EngineError) {
        guard manifest.format <= formatVersion else {
            throw EngineError(
                .unusableDirectory,
                "\(path) has format \(manifest.format); this version reads up to \(formatVersion). "
                    + "Use the newer usher that wrote it.")
        }
        // Nothing was released with format 1, so there is no way from it to this one.
        guard manifest.format == formatVersion else {
            throw EngineError(
                .unusableDirectory,
                "\(path) has format \(manifest.format), of before the first release; this version has format "
                    + "\(formatVersion). Use the usher that wrote it, or choose another --data directory.")
        }
        guard manifest.role == role else {
            throw EngineError(
                .unusableDirectory,
                "\(path) belongs to a \(manifest.role). Start it as a \(manifest.role), promote it, "
                    + "or choose another --data directory.")
        }
    }

    /// Lets another process have the directory.
    func release() {
        lock.release()
    }

    private static func makeDirectory(_ path: String) throws(EngineError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw EngineError(.unusableDirectory, "\(path) can not be created: check that its parent is writable.")
        }
    }

    /// Writes the manifest so that a power cut leaves either none or all of it.
    @discardableResult
    static func writeManifest(in path: String, role: String = "primary") throws(EngineError) -> Manifest {
        let manifest = Manifest(format: formatVersion, role: role)
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            let bytes = Array(try encoder.encode(manifest)) + Array("\n".utf8)
            let disk = RealDisk()
            let file = try disk.open(path + "/usher.json.new", .create)
            try file.truncate(to: 0)
            try file.write(bytes.span.bytes, at: 0)
            try file.synchronize()
            file.close()
            try disk.rename(path + "/usher.json.new", to: path + "/usher.json")
            try disk.synchronizeDirectory(path)
            return manifest
        } catch {
            throw EngineError(.unusableDirectory, "\(path)/usher.json can not be written: \(error).")
        }
    }
}
