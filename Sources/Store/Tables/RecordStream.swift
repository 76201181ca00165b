/// The records of a table one after the other, some thousand in memory at a time.
struct RecordStream {
    struct Record {
        var key: [UInt8]
        var value: [UInt8]
    }

    private static let batchSize = 4096

    private let snapshot: Snapshot
    private let table: TableID
    private var batch: [Record] = []
    private var offset = 0
    private var isAtEnd = false

    init(_ snapshot: Snapshot, _ table: TableID) {
        self.snapshot = snapshot
        self.table = table
    }

    mutating func next() -> Record? {
        if offset == batch.count, !isAtEnd { refill() }
        guard offset < batch.count else { return nil }
        defer { offset += 1 }
        return batch[offset]
    }

    private mutating func refill() {
        var start: Key?
        if let last = batch.last {
            // The smallest key behind the last one.
            var key = Key()
            key.append(bytes: last.key)
            key.append(byte: 0)
            start = key
        }
        var records: [Record] = []
        snapshot.scan(table, prefix: Key(), from: start, descending: false) { key, value in
            records.append(
                Record(key: key.withUnsafeBytes { Array($0) }, value: value.withUnsafeBytes { Array($0) }))
            return records.count < RecordStream.batchSize
        }
        isAtEnd = records.count < RecordStream.batchSize
        batch = records
        offset = 0
    }
}
