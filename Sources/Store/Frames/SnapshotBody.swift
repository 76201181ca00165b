/// Cuts a snapshot into frame bodies: every record as an insertion, table by table, in key order.
public enum SnapshotBody {
    /// Hands out bodies of about `bytesMax` bytes and how many records each has.
    ///
    /// - Complexity: O(bytes of the state); one body in memory at a time.
    public static func encode(
        _ snapshot: Snapshot, bytesMax: Int = 1 << 17,
        _ emit: (UnsafeRawBufferPointer, _ records: Int) throws -> Void
    ) throws {
        let owner = Layer(entriesExpected: 1 << 12)
        defer { withExtendedLifetime(owner) {} }
        let layer = owner.storage
        var buffer = FrameBuffer(capacity: bytesMax * 2)
        var touched: [UInt32] = []
        func flush() throws {
            guard !touched.isEmpty else { return }
            buffer.removeAll()
            FrameBody.encode(touched, of: layer, into: &buffer)
            try emit(buffer.bytes, touched.count)
            touched.removeAll(keepingCapacity: true)
            layer.pointee.clear()
        }
        for definition in snapshot.tables {
            var failure: (any Error)?
            snapshot.scan(definition.id, prefix: [], from: nil, descending: false) { key, value in
                let index = layer.pointee.add(definition.id, key, hash: StateHash.key(definition.id, key))
                layer.pointee.setValue(index, value)
                layer.pointee.entries[index].freshInFrame = true
                touched.append(UInt32(index))
                guard layer.pointee.arena.bytes >= bytesMax else { return true }
                do {
                    try flush()
                    return true
                } catch {
                    failure = error
                    return false
                }
            }
            if let failure { throw failure }
        }
        try flush()
    }
}
