internal import Foundation
internal import Invitations
public import Journal
internal import Store

/// Turns a snapshot file into a data directory.
public enum SnapshotLoader {
    /// Restores into a directory that is empty or does not exist.
    ///
    /// Every frame is verified before anything of it is used, and the digest of what was loaded must be the one that
    /// the snapshot names. `usher.json` is written last, so that an interrupted restore is not mistaken for data.
    ///
    /// - Parameter progress: told the bytes read so far and in all.
    /// - Returns: the point of the log that the directory is at.
    /// - Throws: ``EngineError`` `unusableDirectory`; the message names the byte where the file is wrong.
    @discardableResult
    public static func restore(
        file: String, into directory: String, mapBytes: Int? = nil, progress: (UInt64, UInt64) -> Void = { _, _ in }
    ) throws(EngineError) -> JournalPoint {
        let contents = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        guard contents.isEmpty else {
            throw EngineError(
                .unusableDirectory, "\(directory) is not empty. Restore only into a new directory; nothing was changed."
            )
        }
        do {
            for path in [directory, directory + "/store", directory + "/journal"] {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            let point = try load(file, into: directory + "/store", mapBytes, progress)
            let journal = JournalConfiguration(directory: directory + "/journal")
            try Journal.recover(journal, from: point.position, origin: point).makeWriter().close()
            try DataDirectory.writeManifest(in: directory)
            return point
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(
                .unusableDirectory, "\(file) could not be restored: \(error). Remove \(directory) and try again.")
        }
    }

    private static func load(
        _ file: String, into path: String, _ mapBytes: Int?, _ progress: (UInt64, UInt64) -> Void
    ) throws -> JournalPoint {
        let reader = try SnapshotReader(path: file)
        let store = try StateStore.open(path: path, tables: Tables.all, mapBytes: mapBytes)
        let replay = FrameReplay(store: store, entriesMax: 500_000)
        while try reader.next({ try replay.add(payload: $0, at: reader.point.position) }) {
            progress(reader.offset, reader.size)
            if replay.isFull { try store.apply(replay.seal(), leadingTo: reader.point, verifying: false) }
        }
        if !replay.isEmpty { try store.apply(replay.seal(), leadingTo: reader.point, verifying: false) }
        try store.apply(replay.seal(), leadingTo: reader.point)
        progress(reader.size, reader.size)
        return reader.point
    }
}
