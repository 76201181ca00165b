/// The place at which a ``Transaction`` has looked for a key, so that writing the record needs no second search.
///
/// Good until the same key is written, something is rolled back, or the layer is sealed: for the rest of one command.
public struct RecordSpot: Sendable {
    /// The key's hash within its table.
    let hash: UInt64
    /// The key's entry in the active layer; nil where it has none.
    let index: UInt32?
}
