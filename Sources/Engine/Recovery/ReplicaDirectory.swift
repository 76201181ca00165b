internal import Domain
internal import Foundation
internal import Journal
internal import Store

/// A replica's data directory while no engine is open on it: what a bootstrap replaces.
///
/// A replica's data is a copy: it may be replaced at any time, but never the data of a primary unless told so.
public enum ReplicaDirectory {
    /// The contents of a directory, for a replica that wants to start on it.
    public enum Contents: Hashable, Sendable {
        /// Nothing, or the remains of a bootstrap that was interrupted.
        case nothing
        /// The data of a replica.
        case replica
        /// The data of a primary.
        case primary
    }

    /// Looks at a directory, changing nothing.
    ///
    /// - Throws: ``EngineError`` `unusableDirectory` when it has data of another format or of unknown origin.
    public static func contents(of path: String) throws(EngineError) -> Contents {
        guard let manifest = try DataDirectory.readManifest(in: path) else {
            guard !DataDirectory.hasData(path) else {
                throw EngineError(
                    .unusableDirectory,
                    "\(path) has data but no usher.json. Look at it, remove it or choose another --data directory.")
            }
            return .nothing
        }
        try DataDirectory.check(manifest, role: manifest.role, path: path)
        if manifest.role == JournalRole.primary.name { return .primary }
        return manifest.isComplete == false ? .nothing : .replica
    }

    /// The epoch below which the directory's node takes nothing.
    public static func epoch(of path: String) throws(EngineError) -> UInt64 {
        try DataDirectory.readManifest(in: path)?.epoch ?? 0
    }

    /// Which part of which history a directory's data is, as far as `usher.json` says; nil without data.
    ///
    /// For a directory that cannot be opened; an open engine knows more.
    public static func origin(of path: String) throws(EngineError) -> DataOrigin? {
        guard try contents(of: path) != .nothing, let manifest = try DataDirectory.readManifest(in: path) else {
            return nil
        }
        return DataOrigin(history: manifest.history, epoch: manifest.epoch ?? 0, position: nil)
    }

    /// Refuses to replace data of another history, or data that goes further.
    ///
    /// - Parameters:
    ///   - restored: A directory made by ``SnapshotLoader``, below ``workPath(of:)``.
    ///   - origin: The origin of the data that would be replaced.
    ///   - path: The path of the replica's directory.
    /// - Throws: ``EngineError`` `diverged`; nothing was changed.
    public static func check(_ restored: String, replaces origin: DataOrigin, in path: String) throws(EngineError) {
        let objection: String?
        do {
            let store = try StateStore.open(path: restored + "/store", tables: Tables.all)
            let snapshot = try store.snapshot()
            let end = try snapshot.point().position
            objection =
                HistoryName.load(from: snapshot).map { origin.objection(to: $0, Epochs.load(from: snapshot), end: end) }
                ?? "the snapshot does not say which history it is part of"
        } catch {
            throw EngineError(.unusableDirectory, "The snapshot cannot be looked at: \(error.message)")
        }
        guard let objection else { return }
        throw EngineError(
            .diverged,
            "The data in \(path) is not replaced, because \(objection). Look at it (`usher verify`), keep a copy, and "
                + "give --force to replace it.")
    }

    /// Where a bootstrap puts what it fetches: on the same file system, out of the way of the data.
    public static func workPath(of path: String) -> String { path + "/bootstrap" }

    /// Makes an empty place for a bootstrap's work; makes the directory if it does not exist.
    public static func prepareWork(in path: String) throws(EngineError) {
        do {
            try? FileManager.default.removeItem(atPath: workPath(of: path))
            try FileManager.default.createDirectory(
                atPath: workPath(of: path), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw EngineError(.unusableDirectory, "\(path) cannot be written: \(error.localizedDescription)")
        }
    }

    /// Removes what a bootstrap has left.
    public static func removeWork(in path: String) {
        try? FileManager.default.removeItem(atPath: workPath(of: path))
    }

    /// Puts restored data in the place of what the directory holds.
    ///
    /// While it works, `usher.json` says that the data is not complete: a start after a crash begins again. The node's
    /// name and the epoch that it has learned stay.
    ///
    /// - Parameters:
    ///   - restored: A directory made by ``SnapshotLoader``, below ``workPath(of:)``.
    ///   - path: The path of the replica's directory.
    ///   - epoch: The epoch of the restored data: the node takes nothing older from now on.
    /// - Throws: ``EngineError`` when a file cannot be moved or written; call it again then.
    public static func install(_ restored: String, into path: String, epoch: UInt64) throws(EngineError) {
        let lock = try FileLock(path: path + "/lock", directory: path)
        defer { lock.release() }
        var manifest = try DataDirectory.readManifest(in: path) ?? DataDirectory.newManifest(role: .replica)
        manifest.format = DataDirectory.formatVersion
        manifest.role = JournalRole.replica.name
        manifest.superseded = nil
        manifest.untold = nil
        manifest.epoch = max(manifest.epoch ?? 0, epoch)
        manifest.numbersFrom = nil
        manifest.isComplete = false
        try DataDirectory.writeManifest(manifest, in: path)
        do {
            let files = FileManager.default
            for name in ["/journal", "/store"] {
                if files.fileExists(atPath: path + name) { try files.removeItem(atPath: path + name) }
                try files.moveItem(atPath: restored + name, toPath: path + name)
            }
            try RealDisk().synchronizeDirectory(path)
        } catch {
            throw EngineError(.unusableDirectory, "The snapshot could not be put in its place in \(path): \(error)")
        }
        manifest.isComplete = nil
        manifest.history = nil
        try DataDirectory.writeManifest(manifest, in: path)
        removeWork(in: path)
    }
}
