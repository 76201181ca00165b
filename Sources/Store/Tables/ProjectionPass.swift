/// Follows the changes of one layer: notes every change, then writes their sum.
///
/// Used by one thread.
public protocol ProjectionPass: AnyObject {
    /// Takes note of a changed record of a source.
    ///
    /// Called table by table in the order of their numbers, in a table in key order, and before the record changes.
    /// `key` and `new` stay valid until ``finish(_:)`` has returned, `old` only for the call.
    ///
    /// - Parameters:
    ///   - table: The table of the record.
    ///   - key: Its key.
    ///   - old: The value before the layer; nil when there was none.
    ///   - new: The value after it; nil when the record is removed.
    func note(
        _ table: TableID, key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer?, new: UnsafeRawBufferPointer?)

    /// Brings the derived tables up to the noted changes; the tables of the state have them already.
    ///
    /// - Returns: `stale` when the changes cannot be followed; the layer is applied all the same, and the derived
    ///   tables stay as they are until they are rebuilt.
    func finish(_ writer: inout ProjectionWriter) throws(StoreError) -> ProjectionState
}
