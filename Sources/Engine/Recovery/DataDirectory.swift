internal import Foundation
public import Journal
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#endif

/// A data directory, held by one process: what stands in it, whose it is and which format it has.
///
/// ```
/// usher.json   format version, role, epoch
/// lock         locked while a server runs on the directory
/// journal/     segments
/// store/       LMDB
/// ```
public final class DataDirectory: Sendable {
    /// The format that this version writes and reads.
    public static let formatVersion = 3
    /// The oldest format that this version reads; a start makes it the present one.
    static let formatVersionMin = 2

    /// The contents of `usher.json`.
    public struct Manifest: Codable, Equatable, Sendable {
        /// The format of everything in the directory.
        public var format: Int
        /// `primary` or `replica`.
        public var role: String
        /// The node's name among the nodes; made once.
        public var node: String?
        /// The lowest epoch that the node may write in, or take frames of.
        public var epoch: UInt64?
        /// True if another node has become the primary since this one was.
        public var superseded: Bool?
        /// The URL of the primary, where this node is none and it is known.
        public var primary: String?
        /// The URLs of nodes that have not been told of this node's epoch yet.
        public var untold: [String]?
        /// The name of the history that the data is part of; nil before the first start with this version.
        public var history: String?
        /// The number of times that the directory was opened.
        public var starts: UInt64?
        /// After a restore: the lowest number that things made in the new epoch have.
        public var numbersFrom: UInt64?
        /// False while a bootstrap replaces the data.
        public var isComplete: Bool?

        /// The standing of the node.
        var standing: NodeStanding {
            let epoch = epoch ?? 0
            let authority: Authority =
                role == JournalRole.replica.name ? .replica : superseded == true ? .superseded(by: epoch) : .primary
            return NodeStanding(authority: authority, epoch: epoch, primary: primary)
        }

        /// Takes over what the node is now.
        mutating func take(_ standing: NodeStanding) {
            let role: JournalRole = standing.authority == .replica ? .replica : .primary
            self.role = role.name
            epoch = standing.epoch
            superseded = role == .primary && standing.authority != .primary ? true : nil
            primary = standing.primary
        }
    }

    /// Where it is.
    public let path: String
    /// The manifest.
    public var manifest: Manifest { stored.withLock { $0 } }
    private let stored: Mutex<Manifest>
    private let lock: FileLock
    private let disk: any Disk

    /// The end of the name of `usher.json` while it is being written.
    static let temporarySuffix = ".new"

    /// Where the journal's segments are.
    public var journalPath: String { path + "/journal" }
    /// Where LMDB is.
    public var storePath: String { path + "/store" }

    /// Takes hold of a directory for a server of the given role, making it if it does not exist.
    ///
    /// May be interrupted anywhere: the next call finds the directory as it was before, or complete.
    ///
    /// - Parameters:
    ///   - path: The path of the directory.
    ///   - role: The role of the server.
    ///   - disk: The file system of the directory and its `usher.json`; the lock is always a file of this machine.
    /// - Returns: The directory, held until the engine on it is closed, or the process ends.
    /// - Throws: ``EngineError`` `unusableDirectory` when another process has it, or it is of a newer format or another
    ///   role; the message says what to do.
    public static func claim(
        path: String, role: JournalRole = .primary, on disk: any Disk = RealDisk()
    ) throws(EngineError) -> DataDirectory {
        try makeDirectory(path, on: disk)
        let lock = try FileLock(path: path + "/lock", directory: path)
        if let manifest = try readManifest(in: path, on: disk) {
            try check(manifest, role: role.name, path: path)
            let directory = DataDirectory(path: path, manifest: manifest, lock: lock, disk: disk)
            // An older version does not understand the writes from here on.
            try directory.change { manifest in
                manifest.format = formatVersion
                manifest.starts = (manifest.starts ?? 0) + 1
            }
            return directory
        }
        guard !hasData(path, on: disk) else {
            throw EngineError(
                .unusableDirectory,
                "\(path) has data but no usher.json. It was not made by this program, or a file is missing: "
                    + "restore it from a snapshot into an empty directory.")
        }
        try makeDirectory(path + "/journal", on: disk)
        try makeDirectory(path + "/store", on: disk)
        let manifest = newManifest(role: role)
        try writeManifest(manifest, in: path, on: disk)
        return DataDirectory(path: path, manifest: manifest, lock: lock, disk: disk)
    }

    private init(path: String, manifest: Manifest, lock: FileLock, disk: any Disk) {
        self.path = path
        stored = Mutex(manifest)
        self.lock = lock
        self.disk = disk
    }

    /// True if there is anything in a directory that only a start that came to its end has made.
    ///
    /// A start that was interrupted before it wrote `usher.json` leaves empty directories.
    static func hasData(_ path: String, on disk: any Disk = RealDisk()) -> Bool {
        ["/journal", "/store"].contains { name in
            do throws(DiskError) {
                return try !disk.list(path + name).isEmpty
            } catch {
                return !error.isMissing
            }
        }
    }

    /// Reads the manifest of a directory; nil when it is empty or does not exist.
    public static func readManifest(in path: String) throws(EngineError) -> Manifest? {
        try readManifest(in: path, on: RealDisk())
    }

    private static func readManifest(in path: String, on disk: any Disk) throws(EngineError) -> Manifest? {
        let bytes: [UInt8]
        do throws(DiskError) {
            bytes = try disk.bytes(of: path + "/usher.json")
        } catch  where error.isMissing {
            return nil
        } catch {
            throw EngineError(.unusableDirectory, "\(path)/usher.json cannot be read: \(error).")
        }
        guard let manifest = try? JSONDecoder().decode(Manifest.self, from: Data(bytes)) else {
            throw EngineError(
                .unusableDirectory, "\(path)/usher.json cannot be read; restore the directory from a snapshot.")
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
        guard manifest.format >= formatVersionMin else {
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

    /// The node's name among the nodes.
    public var node: String { manifest.node ?? "unnamed" }

    /// The number of times that the directory was opened, this time included; numbers that begin with it grow over
    /// restarts.
    public var startCount: UInt64 { manifest.starts ?? 0 }

    /// The URLs of nodes that have not been told of this node's epoch yet.
    public var untold: [String] { manifest.untold ?? [] }

    /// Writes down who is left to tell of this node's epoch.
    public func record(untold urls: [String]) throws(EngineError) {
        try change { $0.untold = urls.isEmpty ? nil : urls }
    }

    /// Writes down what the node is now.
    func record(_ standing: NodeStanding) throws(EngineError) {
        try change { $0.take(standing) }
    }

    /// Writes down which history the data is part of.
    func record(history: Hash128) throws(EngineError) {
        guard manifest.history != history.description else { return }
        try change { $0.history = history.description }
    }

    private func change(_ body: (inout Manifest) -> Void) throws(EngineError) {
        let (path, disk) = (path, disk)
        let result: Result<Void, EngineError> = stored.withLock { manifest in
            var next = manifest
            body(&next)
            do throws(EngineError) {
                try DataDirectory.writeManifest(next, in: path, on: disk)
            } catch {
                return .failure(error)
            }
            manifest = next
            return .success(())
        }
        try result.get()
    }

    /// Lets another process have the directory.
    func release() {
        lock.release()
    }

    private static func makeDirectory(_ path: String, on disk: any Disk) throws(EngineError) {
        do throws(DiskError) {
            try disk.createDirectory(path)
        } catch {
            throw EngineError(
                .unusableDirectory, of: error, "\(path) cannot be created; check that its parent is writable")
        }
    }

    /// The manifest of a directory that is made now.
    static func newManifest(role: JournalRole) -> Manifest {
        var random = SystemRandomNumberGenerator()
        let node = String(random.next(), radix: 36)
        return Manifest(format: formatVersion, role: role.name, node: node)
    }

    /// Writes the manifest so that a power cut leaves either the one before or all of this one.
    static func writeManifest(
        _ manifest: Manifest, in path: String, on disk: any Disk = RealDisk()
    ) throws(EngineError) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            let bytes = Array(try encoder.encode(manifest)) + Array("\n".utf8)
            var file = try ReplacementFile(path + "/usher.json", temporarySuffix: temporarySuffix, on: disk)
            try file.write(bytes.span.bytes)
            try file.publish()
        } catch {
            throw EngineError(.unusableDirectory, of: error, "\(path)/usher.json cannot be written")
        }
    }
}
