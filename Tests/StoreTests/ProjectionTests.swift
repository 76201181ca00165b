import Journal
import Synchronization
import TestSupport
import Testing

@testable import Store

private let source = TableID(rawValue: 1)
private let unwatched = TableID(rawValue: 2)
private let mirror = TableID(rawValue: 64)
private let tables = [TableDefinition(source, "source"), TableDefinition(unwatched, "unwatched")]

/// Copies a table record by record, and checks on the way that the old values are what it has copied before.
private struct Mirror: Projection {
    var id = ProjectionID(rawValue: 7)
    var name: String { "mirror" }
    var title: String { "the mirror" }
    var formatVersion: UInt32 = 1
    var tables: [TableDefinition] { [TableDefinition(mirror, "mirror")] }
    var sources: TableSet { [source] }
    func makePass(over state: Snapshot) -> any ProjectionPass { MirrorPass() }
}

private final class MirrorPass: ProjectionPass {
    private var changes: [(key: UnsafeRawBufferPointer, old: [UInt8]?, new: UnsafeRawBufferPointer?)] = []

    func note(
        _ table: TableID, key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer?, new: UnsafeRawBufferPointer?
    ) {
        #expect(table == source)
        #expect(changes.last.map { Array($0.key).lexicographicallyPrecedes(Array(key)) } != false)
        changes.append((key, old.map { Array($0) }, new))
    }

    func finish(_ writer: inout ProjectionWriter) throws(StoreError) -> ProjectionState {
        try writer.withCursor(mirror) { (cursor) throws(StoreError) in
            for change in changes {
                var key = Key()
                key.append(buffer: change.key)
                let known = try cursor.find(key).map { Array($0) }
                #expect(known == change.old)
                if let new = change.new { try cursor.put(key, new.bytes) } else { try cursor.remove(key) }
            }
        }
        return .current
    }
}

@Suite struct `Derived tables` {
    private func records(_ snapshot: Snapshot, _ table: TableID) -> [[UInt8]: [UInt8]] {
        var records: [[UInt8]: [UInt8]] = [:]
        snapshot.scan(table, prefix: Key(), from: nil, descending: false) { key, value in
            records[key.withUnsafeBytes { Array($0) }] = value.withUnsafeBytes { Array($0) }
            return true
        }
        return records
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `follow every change with its old value, in the same commit, and are no part of the state`(
        seed: UInt64
    ) throws {
        var random = SeededGenerator(seed: seed)
        let state = try TemporaryState(tables: tables, projections: [Mirror()])
        let transaction = state.transaction
        for _ in 0..<50 {
            for _ in 0..<(random.next() % 20) {
                var key = Key()
                key.append(compact: random.next() % 40)
                let table = random.next() % 5 == 0 ? unwatched : source
                if random.next() % 3 == 0, transaction.contains(table, key) {
                    transaction.remove(table, key)
                } else {
                    transaction.put(table, key) { $0.append(compact: random.next() % 1000) }
                }
            }
            if random.next() % 2 == 0 { try state.finishFrame() } else { try state.commit() }
        }
        let snapshot = try state.commit()
        #expect(try snapshot.projectionState(of: Mirror().id) == .current)
        #expect(records(snapshot, mirror) == records(snapshot, source))
        #expect(snapshot.computeDigest() == transaction.digest)
        #expect(!snapshot.tables.contains { $0.id == mirror })
        try state.store.rebuildProjection(Mirror().id, recordsPerCommit: 3)
        #expect(records(try state.store.snapshot(), mirror) == records(snapshot, source))
    }

    @Test func `a frame that speaks of a derived table is refused`() throws {
        let other = try TemporaryState(tables: [TableDefinition(mirror, "mirror")])
        var key = Key()
        key.append(byte: 1)
        other.transaction.insert(mirror, key) { $0.append(byte: 1) }
        var buffer = FrameBuffer()
        other.transaction.encodeFrame(into: &buffer)
        let state = try TemporaryState(tables: tables, projections: [Mirror()])
        let replay = FrameReplay(store: state.store)
        #expect(throws: StoreError.self) {
            try replay.add(payload: buffer.bytes.bytes, at: LogPosition(epoch: 1, sequence: 1))
        }
    }
}
