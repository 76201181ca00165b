/// The record that holds the next free entity number.
enum NumberSequence {
    static let table = StoreTables.sequence
    static var key: Key {
        var key = Key()
        key.append(byte: 0)
        return key
    }

    static func read(from state: some StateReading) -> UInt64 {
        state.read(table, key) { decode($0) } ?? 1
    }

    static func decode(_ bytes: RawSpan) -> UInt64 {
        var reader = ValueReader(bytes)
        return reader.integer(UInt64.self)
    }
}

extension StateReading {
    /// The number that the state gives out next.
    ///
    /// One point read; inside of a batch, what the batch has taken is not in it.
    package var nextNumber: UInt64 { read(NumberSequence.table, NumberSequence.key) { NumberSequence.decode($0) } ?? 1 }
}
