import Journal
import Store
import TestSupport
import Testing

private let table = TableID(rawValue: 1)

@Suite(.enabled(if: SmallVolume.isAvailable, "a small file system cannot be mounted here: that needs root"))
struct `A store on a full disk` {
    /// Makes a layer of new records, by way of a frame.
    private func makeLayer(_ store: StateStore, _ round: Int) throws -> (layer: SealedLayer, target: JournalPoint) {
        let transaction = try store.transaction()
        for number in 0..<300 {
            transaction.insert(table, key(UInt64(round * 1000 + number))) { writer in
                for byte in 0..<UInt64(32) { writer.append(byte &* UInt64(number + 1)) }
            }
        }
        var buffer = FrameBuffer()
        transaction.encodeFrame(into: &buffer)
        var target = try store.snapshot().point()
        target.position = LogPosition(epoch: 1, sequence: target.position.sequence + 1)
        target.digest = transaction.digest
        let replay = FrameReplay(store: store)
        try replay.add(payload: buffer.bytes.bytes, at: target.position)
        return (replay.seal(), target)
    }

    @Test func `keeps nothing of a layer that it has no room for, and takes the same layer when there is`() throws {
        let volume = try SmallVolume(bytes: 4 << 20)
        let store = try StateStore.open(
            path: volume.path, tables: [TableDefinition(table, "records")], mapBytes: 64 << 20)
        var refused = 0
        for round in 0..<24 {
            let (sealed, target) = try makeLayer(store, round)
            let before = try store.snapshot().point()
            // From no page at all to enough of them: a write that finds a part of its room is short, others fail.
            for pages in 0..<200 {
                try volume.fill(leaving: pages * 4096)
                do {
                    try store.apply(sealed, leadingTo: target)
                    break
                } catch {
                    #expect(error.code == .noSpace, "\(pages) pages: \(error)")
                    #expect(try store.snapshot().point() == before)
                    refused += 1
                }
            }
            volume.free()
            #expect(try store.snapshot().point() == target)
            let snapshot = try store.snapshot()
            #expect(snapshot.computeDigest() == target.digest)
        }
        #expect(refused > 24)
    }
}
