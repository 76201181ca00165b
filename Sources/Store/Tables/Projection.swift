/// Derived tables that are kept up to date while the store applies layers.
///
/// They lie in the same LMDB environment and change in the same commits as the tables of the state, but they are in
/// no frame, no snapshot file and no digest: everything in them can be computed again.
public protocol Projection: Sendable {
    /// The number that tells it from other projections of a store.
    var id: ProjectionID { get }
    /// The word for it in reports, of lower-case letters and underscores.
    var name: String { get }
    /// The noun phrase for it in texts that people read, with its article.
    var title: String { get }
    /// Counts the changes of what the derived records mean.
    ///
    /// Records of another version on disk are stale.
    var formatVersion: UInt32 { get }
    /// The derived tables; their numbers are 64…127.
    var tables: [TableDefinition] { get }
    /// The tables of the state whose changes it follows.
    var sources: TableSet { get }

    /// Begins to follow one layer, or one stretch of a rebuild.
    ///
    /// - Parameter state: The state before the layer; in a rebuild the one that is read. The pass may keep it.
    /// - Returns: The pass over this layer.
    func makePass(over state: Snapshot) -> any ProjectionPass
}
