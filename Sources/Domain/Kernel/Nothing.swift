internal import Store

/// The value of a record whose key says it all: no bytes.
struct Nothing: Equatable {
    /// Reads it.
    init(_ bytes: RawSpan) throws(RecordDamage) {
        guard bytes.isEmpty else { throw .rest }
    }
}
