import LMDB
import Synchronization
import Testing

@Suite("A transaction")
struct TransactionTests {
    @Test("what is put is read, replaced and deleted")
    func roundTrip() throws {
        let temporary = try TemporaryEnvironment()
        let table = temporary.table
        var transaction = try temporary.environment.beginWrite()
        #expect(try transaction.put(table, "key", "one"))
        #expect(try transaction.text(table, "key") == "one")
        #expect(try transaction.put(table, "key", "two"))
        #expect(try transaction.text(table, "key") == "two")
        #expect(try transaction.statistics(of: table).entries == 1)
        #expect(try transaction.delete(table, "key"))
        #expect(try transaction.delete(table, "key") == false)
        #expect(try transaction.text(table, "key") == nil)
        let key = Array("key".utf8)
        #expect(try transaction.contains(table, key.span.bytes) == false)
        try transaction.put(table, "key", "three")
        #expect(try transaction.contains(table, key.span.bytes))
        let id = transaction.id
        try transaction.commit()
        let reader = try temporary.environment.beginRead()
        #expect(reader.id == id)
        #expect(try reader.text(table, "key") == "three")
        #expect(try reader.contains(table, key.span.bytes))
    }

    @Test("dropping or aborting leaves no trace, also when an error is thrown midway")
    func abortsOnDrop() throws {
        struct Stop: Error {}
        let temporary = try TemporaryEnvironment()
        let table = temporary.table
        do {
            var transaction = try temporary.environment.beginWrite()
            try transaction.put(table, "dropped", "x")
        }
        var aborted = try temporary.environment.beginWrite()
        try aborted.put(table, "aborted", "x")
        aborted.abort()
        #expect(throws: Stop.self) {
            var transaction = try temporary.environment.beginWrite()
            try transaction.put(table, "thrown", "x")
            throw Stop()
        }
        #expect(try temporary.environment.beginRead().statistics(of: table).entries == 0)
    }

    @Test("a commit is seen by readers that begin or refresh later, not by older ones")
    func isolation() throws {
        let temporary = try TemporaryEnvironment()
        let table = temporary.table
        try temporary.store(["key": "old"])
        var old = try temporary.environment.beginRead()
        var transaction = try temporary.environment.beginWrite()
        try transaction.put(table, "key", "new")
        let during = try temporary.environment.beginRead()
        try transaction.commit()
        let after = try temporary.environment.beginRead()
        #expect(try old.text(table, "key") == "old")
        #expect(try during.text(table, "key") == "old")
        #expect(try after.text(table, "key") == "new")
        try old.refresh()
        #expect(try old.text(table, "key") == "new")
        #expect(old.id == after.id)
    }

    @Test("a reset reader reads nothing until it is renewed, and cannot be renewed twice")
    func resetAndRenew() throws {
        let temporary = try TemporaryEnvironment()
        try temporary.store(["key": "old"])
        var reader = try temporary.environment.beginRead()
        #expect(try reader.text(temporary.table, "key") == "old")
        reader.reset()
        #expect(throwsWhenRead(reader, temporary.table) == .invalidArgument)
        try temporary.store(["key": "new"])
        try reader.renew()
        #expect(try reader.text(temporary.table, "key") == "new")
        var second: LMDBError?
        do throws(LMDBError) { try reader.renew() } catch { second = error }
        #expect(second == .invalidArgument)
        #expect(try reader.text(temporary.table, "key") == "new")
    }

    private func throwsWhenRead(_ reader: borrowing ReadTransaction, _ table: Table) -> LMDBError? {
        do throws(LMDBError) {
            _ = try reader.text(table, "key")
            return nil
        } catch {
            return error
        }
    }

    @Test("a table that was opened after a reader began can be read after a refresh")
    func laterTable() throws {
        let temporary = try TemporaryEnvironment()
        var reader = try temporary.environment.beginRead()
        let later = try temporary.environment.openTables(["later"])[0]
        #expect(throwsWhenRead(reader, later) == .invalidArgument)
        try reader.refresh()
        #expect(try reader.text(later, "key") == nil)
    }

    @Test("insert keeps what is there and says so")
    func insert() throws {
        let temporary = try TemporaryEnvironment()
        var transaction = try temporary.environment.beginWrite()
        #expect(try transaction.put(temporary.table, "key", "first", .insert))
        #expect(try transaction.put(temporary.table, "key", "second", .insert) == false)
        #expect(try transaction.text(temporary.table, "key") == "first")
    }

    @Test("append takes ascending keys only, and a refusal does no harm")
    func append() throws {
        let temporary = try TemporaryEnvironment()
        var transaction = try temporary.environment.beginWrite()
        for key in ["a", "b", "d"] { #expect(try transaction.put(temporary.table, key, "x", .append)) }
        for key in ["c", "d"] {
            var refusal: LMDBError?
            do throws(LMDBError) { try transaction.put(temporary.table, key, "y", .append) } catch { refusal = error }
            #expect(refusal == .keyExists)
        }
        try transaction.put(temporary.table, "e", "x", .append)
        try transaction.commit()
        let reader = try temporary.environment.beginRead()
        #expect(try reader.statistics(of: temporary.table).entries == 4)
        #expect(try reader.text(temporary.table, "c") == nil)
        #expect(try reader.text(temporary.table, "d") == "x")
    }

    @Test("keys have 1 to 511 bytes: others are refused, and not found")
    func keyLengths() throws {
        let temporary = try TemporaryEnvironment()
        let longest = String(repeating: "k", count: 511)
        #expect(temporary.environment.keyBytesMax == 511)
        for key in ["", longest + "k"] {
            #expect(throws: LMDBError.badValueSize) {
                var transaction = try temporary.environment.beginWrite()
                try transaction.put(temporary.table, key, "value")
            }
            #expect(throws: LMDBError.badValueSize) {
                var transaction = try temporary.environment.beginWrite()
                _ = try transaction.withCursor(temporary.table) { cursor throws(LMDBError) in
                    try cursor.put(key, "value")
                }
            }
        }
        var transaction = try temporary.environment.beginWrite()
        try transaction.put(temporary.table, longest, "value")
        #expect(try transaction.text(temporary.table, longest) == "value")
        #expect(try transaction.text(temporary.table, longest + "k") == nil)
        transaction.abort()
        let reader = try temporary.environment.beginRead()
        #expect(throwsWhenEmpty(reader, temporary.table) == .badValueSize)
    }

    private func throwsWhenEmpty(_ reader: borrowing ReadTransaction, _ table: Table) -> LMDBError? {
        do throws(LMDBError) {
            _ = try reader.text(table, "")
            return nil
        } catch {
            return error
        }
    }

    @Test("an empty value is there, and is not the same as no value")
    func emptyValue() throws {
        let temporary = try TemporaryEnvironment()
        try temporary.store(["empty": ""])
        let reader = try temporary.environment.beginRead()
        #expect(try reader.text(temporary.table, "empty") == "")
        #expect(try reader.text(temporary.table, "absent") == nil)
        let entry = try reader.withCursor(temporary.table) { cursor throws(LMDBError) in
            try cursor.first()
            return cursor.entry
        }
        #expect(entry == "empty=")
    }

    @Test("values from none to many pages come back as they were", arguments: [0, 1, 2000, 4096, 70_000])
    func valueLengths(count: Int) throws {
        let temporary = try TemporaryEnvironment()
        let value = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let key: [UInt8] = [0, 255, 0]
        var transaction = try temporary.environment.beginWrite()
        try transaction.put(temporary.table, key.span.bytes, value.span.bytes)
        try transaction.commit()
        let reader = try temporary.environment.beginRead()
        let read = try reader.withValue(temporary.table, key.span.bytes) { span in span.withUnsafeBytes { Array($0) } }
        #expect(read == value)
        #expect(try (reader.statistics(of: temporary.table).overflowPages > 0) == (count > 2000))
    }

    @Test("deleting all of a table leaves the others alone")
    func deleteAll() throws {
        let temporary = try TemporaryEnvironment()
        let other = try temporary.environment.openTables(["other"])[0]
        var transaction = try temporary.environment.beginWrite()
        for number in 0..<1000 { try transaction.put(temporary.table, "key \(number)", "x") }
        try transaction.put(other, "key", "x")
        try transaction.commit()
        #expect(try temporary.environment.beginRead().statistics(of: temporary.table).depth > 1)
        transaction = try temporary.environment.beginWrite()
        try transaction.deleteAll(temporary.table)
        try transaction.put(temporary.table, "again", "x")
        try transaction.commit()
        let reader = try temporary.environment.beginRead()
        #expect(try reader.statistics(of: temporary.table).entries == 1)
        #expect(try reader.statistics(of: other).entries == 1)
    }

    @Test("a reader that was begun on one thread is read and ended on others, while a writer continues")
    func readerMoves() async throws {
        final class Box: Sendable {
            let reader: Mutex<ReadTransaction?>
            init(_ environment: Environment) throws { reader = Mutex(try environment.beginRead()) }
        }
        let temporary = try TemporaryEnvironment()
        let (environment, table) = (temporary.environment, temporary.table)
        try temporary.store(["key": "value"])
        let box = try Box(environment)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<50 {
                        let text = try box.reader.withLock { reader in
                            try reader.refresh()
                            return try reader?.text(table, "key")
                        }
                        #expect(text == "value")
                    }
                }
            }
            try temporary.store(["other": "x"])
            try await group.waitForAll()
        }
        let active = try environment.info().readersActive
        box.reader.withLock { $0 = nil }
        #expect(try environment.info().readersActive == active - 1)
    }
}

extension Optional where Wrapped == ReadTransaction {
    fileprivate mutating func refresh() throws(LMDBError) {
        try self?.refresh()
    }
}
