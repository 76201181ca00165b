public import Engine
public import Journal
public import Store

/// Gives a replica its first state, or another one: a snapshot of its upstream.
public enum Bootstrap {
    /// The progress of a bootstrap.
    public enum Progress: Sendable {
        /// Bytes of the snapshot received.
        case receiving(UInt64)
        /// Bytes of the snapshot loaded, of so many.
        case loading(UInt64, of: UInt64)
    }

    /// Fetches a snapshot, computes projections on the way, verifies it and puts it in the place of what the directory holds.
    ///
    /// Nothing is replaced before the snapshot is complete and verified, and shown to contain all of the history that
    /// the directory holds.
    ///
    /// - Parameters:
    ///   - directory: The directory of the replica.
    ///   - upstream: The node to fetch from.
    ///   - origin: The origin of the directory's data; nil when it is empty, or may be replaced in any case.
    ///   - projections: The derived tables that the replica keeps, beside the indexes that every node keeps.
    ///   - mapBytes: The size of LMDB's map; nil for the default.
    ///   - progress: Called often with the progress.
    /// - Returns: The point of the log that the replica is at.
    /// - Throws: ``UpstreamError``, or `EngineError`: `unusableDirectory`; `frameRejected` when the upstream is of an
    ///   older epoch than this node has seen; `diverged` when the data is of another history, or goes further.
    public static func run(
        directory: String, from upstream: any Upstream, replacing origin: DataOrigin? = nil,
        projections: [any Projection] = [], mapBytes: Int? = nil,
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async throws -> JournalPoint {
        try ReplicaDirectory.prepareWork(in: directory)
        let work = ReplicaDirectory.workPath(of: directory)
        let standing = try await upstream.download(to: work + "/snapshot") { progress(.receiving($0)) }
        let known = try ReplicaDirectory.epoch(of: directory)
        guard standing.position.epoch >= known else {
            ReplicaDirectory.removeWork(in: directory)
            throw EngineError(
                .frameRejected,
                "\(upstream.url) is of epoch \(standing.position.epoch); this node knows of a primary of epoch "
                    + "\(known). Follow that one.")
        }
        let point = try SnapshotLoader.restore(
            file: work + "/snapshot", into: work + "/data", role: .replica, mapBytes: mapBytes,
            projections: projections
        ) { progress(.loading($0, of: $1)) }
        if let origin {
            do {
                try ReplicaDirectory.check(work + "/data", replaces: origin, in: directory)
            } catch {
                ReplicaDirectory.removeWork(in: directory)
                throw error
            }
        }
        try ReplicaDirectory.install(work + "/data", into: directory, epoch: point.position.epoch)
        return point
    }
}
