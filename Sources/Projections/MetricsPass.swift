internal import Domain
internal import Store

/// Follows one layer for ``MetricsProjection``.
final class MetricsPass: ProjectionPass {
    private var changes: MetricsChanges

    /// - Parameter state: The state before the layer.
    init(over state: Snapshot) {
        changes = MetricsChanges(over: state)
    }

    func note(
        _ table: TableID, key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer?, new: UnsafeRawBufferPointer?
    ) {
        changes.note(table, key: key, old: old, new: new)
    }

    func finish(_ writer: inout ProjectionWriter) throws(StoreError) -> ProjectionState {
        try changes.finish(&writer)
    }
}
