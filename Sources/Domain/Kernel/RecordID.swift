internal import Store

/// The parts of a table's keys.
protocol RecordID: Sendable {
    /// Reads a key; nil when the bytes are not one.
    init?(decoding key: RawSpan)

    /// The bytes, as ``RecordKeys`` puts them together.
    var key: Key { get }
}
