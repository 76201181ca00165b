import Store

/// The key of a number, for tests whose records are numbers by numbers.
func key(_ number: UInt64) -> Key {
    var key = Key()
    key.append(compact: number)
    return key
}

/// The number under a number's key.
func value(_ number: UInt64, in state: some StateReading, _ table: TableID = TableID(rawValue: 1)) -> UInt64? {
    state.read(table, key(number), number(in:))
}

/// The number of a record.
func number(in bytes: RawSpan) -> UInt64 {
    var reader = ValueReader(bytes)
    return reader.compact()
}
