internal import Domain
internal import Foundation
public import Journal
public import Store

/// Turns a snapshot file into a data directory.
public enum SnapshotLoader {
    /// Restores into a directory that is empty or does not exist.
    ///
    /// A directory for a primary begins a new epoch at its first start, above every epoch that the history can have had
    /// by now, and numbers new things above all that it can have given out: whatever happened after the snapshot is a
    /// lost future, whose positions, ids and frames are never taken for this one's.
    ///
    /// Every frame is verified before anything of it is used, and the digest of what was loaded must be the one that
    /// the snapshot names. `usher.json` is written last, so that an interrupted restore is not mistaken for data.
    ///
    /// - Parameters:
    ///   - file: The snapshot file.
    ///   - directory: The directory.
    ///   - role: The role of the directory's node.
    ///   - mapBytes: The size of LMDB's map; nil for the default.
    ///   - projections: The derived tables to compute on the way, for a node that will keep them.
    ///   - segmentBytes: The size of the journal's segments.
    ///   - seams: The clock, the randomness and the disk.
    ///   - progress: Called with the bytes read so far and in all.
    /// - Returns: The point of the log that the directory is at.
    /// - Throws: ``EngineError`` `unusableDirectory`; the message names the byte where the file is wrong.
    @discardableResult
    public static func restore(
        file: String, into directory: String, role: JournalRole = .primary, mapBytes: Int? = nil,
        projections: [any Projection] = [], segmentBytes: Int = 64 << 20, seams: EngineSeams = EngineSeams(),
        progress: (UInt64, UInt64) -> Void = { _, _ in }
    ) throws(EngineError) -> JournalPoint {
        let isNew = !FileManager.default.fileExists(atPath: directory)
        let contents = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        guard contents.isEmpty else {
            let isDebris = Set(contents).isSubset(of: [
                "store", "journal", "usher.json" + DataDirectory.temporarySuffix,
            ])
            throw EngineError(
                .unusableDirectory,
                isDebris
                    ? "\(directory) is what an interrupted restore has left, or data without its usher.json. "
                        + "Look at it, remove it and try again; nothing was changed."
                    : "\(directory) is not empty. Restore only into a new directory; nothing was changed.")
        }
        var isComplete = false
        defer { if !isComplete { removeRemains(of: directory, isNew: isNew) } }
        do {
            for path in [directory, directory + "/store", directory + "/journal"] {
                try FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            }
            let point = try load(file, into: directory + "/store", mapBytes, projections, progress)
            let journal = JournalConfiguration(
                disk: seams.disk, directory: directory + "/journal", role: role, segmentBytes: UInt64(segmentBytes),
                preparesAhead: seams.threads.areParallel)
            try Journal.recover(journal, from: point.position, origin: point).makeWriter().close()
            var manifest = DataDirectory.newManifest(role: role)
            if role == .primary { try beginHistory(of: point, seams, &manifest) }
            try DataDirectory.writeManifest(manifest, in: directory)
            isComplete = true
            return point
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(
                .unusableDirectory, of: error, "\(file) could not be restored, and nothing was left behind")
        }
    }

    /// Notes the epoch and the numbers that the restored directory begins with.
    private static func beginHistory(
        of point: JournalPoint, _ seams: EngineSeams, _ manifest: inout DataDirectory.Manifest
    ) throws(EngineError) {
        var random = seams.makeRandom()
        let now = seams.clock.wallMilliseconds()
        let epoch = EpochNumber.next(after: point.position.epoch, wallMilliseconds: now, random: &random)
        let numbersFrom = EpochNumber.numbersFrom(
            known: 0, isBesideAnother: false, wallMilliseconds: now, random: &random)
        guard let epoch, numbersFrom < PublicIDs.idMax else {
            throw EngineError(.unusableDirectory, "This machine's clock is wrong: no epoch or id is left at that time.")
        }
        manifest.epoch = epoch
        manifest.numbersFrom = numbersFrom
    }

    /// Removes what a failed restore has made, so that the next one finds the directory as this one did.
    private static func removeRemains(of directory: String, isNew: Bool) {
        let files = FileManager.default
        for name in isNew ? [""] : ["/store", "/journal"] { try? files.removeItem(atPath: directory + name) }
    }

    private static func load(
        _ file: String, into path: String, _ mapBytes: Int?, _ projections: [any Projection],
        _ progress: (UInt64, UInt64) -> Void
    ) throws -> JournalPoint {
        let reader = try SnapshotReader(path: file)
        let store = try StateStore.open(
            path: path, tables: Tables.all, projections: StateIndexes.all + projections,
            mapBytes: mapBytes)
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
