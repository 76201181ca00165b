/// Derived tables that are kept up to date while the store applies layers.
///
/// They lie in the same LMDB environment and change in the same commits as the tables of the state, but they are in
/// no frame, no snapshot file and no digest: everything in them can be computed again.
public protocol Projection: Sendable {
    /// Which projection it is among those of a store.
    var id: ProjectionID { get }
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
    /// - Parameter state: the state before the layer; in a rebuild the one that is read. Valid for the call.
    func makePass(over state: Snapshot) -> any ProjectionPass
}

/// Names a projection: the key of the store's note of how far its tables are.
///
/// Stored and never reused.
public struct ProjectionID: RawRepresentable, Hashable, Sendable {
    /// The key.
    public let rawValue: UInt8

    /// Names a projection by its number.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }
}

/// Follows the changes of one layer: first told of every change, then asked to write what they add up to.
///
/// Used by one thread.
public protocol ProjectionPass: AnyObject {
    /// Takes note of a changed record of a source.
    ///
    /// Called table by table in the order of their numbers, in a table in key order, and before the record changes.
    /// `key` and `new` stay valid until ``finish(_:)`` has returned, `old` only for the call.
    ///
    /// - Parameters:
    ///   - old: the value before the layer; nil when there was none.
    ///   - new: the value after it; nil when the record is removed.
    func note(
        _ table: TableID, key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer?, new: UnsafeRawBufferPointer?)

    /// Brings the derived tables up to the noted changes; the tables of the state have them already.
    ///
    /// - Returns: `stale` when the changes cannot be followed; the layer is applied all the same, and the derived
    ///   tables stay as they are until they are rebuilt.
    func finish(_ writer: inout ProjectionWriter) throws(StoreError) -> ProjectionState
}

/// Whether derived tables are what the tables of the state give.
public enum ProjectionState: Sendable {
    /// They are.
    case current
    /// They have to be rebuilt before they are used.
    case stale
}

/// How far a rebuild has come.
public struct ProjectionProgress: Sendable {
    /// Records of the state that were read.
    public var done: UInt64
    /// Records that there are to read.
    public var total: UInt64
}
