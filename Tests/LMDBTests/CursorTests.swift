import LMDB
import Testing

@Suite("A cursor")
struct CursorTests {
    @Test("walks in byte order, both ways, and stops at the ends")
    func order() throws {
        let temporary = try TemporaryEnvironment()
        try temporary.store(["b": "2", "a": "1", "bb": "3", "é": "5", "c": "4"])
        let reader = try temporary.environment.beginRead()
        let (up, down) = try reader.withCursor(temporary.table) { cursor throws(LMDBError) in
            var up: [String?] = []
            while try cursor.next() { up.append(cursor.entry) }
            var down: [String?] = []
            var more = try cursor.last()
            while more {
                down.append(cursor.entry)
                more = try cursor.previous()
            }
            #expect(cursor.isOnEntry == false)
            return (up, down)
        }
        #expect(up == ["a=1", "b=2", "bb=3", "c=4", "é=5"])
        #expect(down == up.reversed())
    }

    @Test("seeks to the key or the one after it, and finds the key alone")
    func seeking() throws {
        let temporary = try TemporaryEnvironment()
        try temporary.store(["b": "1", "d": "2"])
        let reader = try temporary.environment.beginRead()
        try reader.withCursor(temporary.table) { cursor throws(LMDBError) in
            #expect(try cursor.seek("a") && cursor.entry == "b=1")
            #expect(try cursor.seek("b") && cursor.entry == "b=1")
            #expect(try cursor.seek("b\0") && cursor.entry == "d=2")
            #expect(try cursor.seek("e") == false)
            #expect(cursor.entry == nil)
            #expect(try cursor.find("d") && cursor.entry == "d=2")
            #expect(try cursor.previous() && cursor.entry == "b=1")
            #expect(try cursor.find("c") == false)
            #expect(cursor.entry == nil)
            #expect(try cursor.first() && cursor.entry == "b=1")
        }
    }

    @Test("finds nothing in an empty table")
    func empty() throws {
        let temporary = try TemporaryEnvironment()
        let reader = try temporary.environment.beginRead()
        try reader.withCursor(temporary.table) { cursor throws(LMDBError) in
            #expect(cursor.isOnEntry == false)
            #expect(try cursor.first() == false)
            #expect(try cursor.last() == false)
            #expect(try cursor.next() == false)
            #expect(try cursor.previous() == false)
            #expect(try cursor.seek("a") == false)
        }
    }

    @Test("deletes where it stands and continues with the entry after it")
    func deletes() throws {
        let temporary = try TemporaryEnvironment()
        try temporary.store(["a": "1", "b": "2", "c": "3", "d": "4"])
        var transaction = try temporary.environment.beginWrite()
        let seen = try transaction.withCursor(temporary.table) { cursor throws(LMDBError) in
            var seen: [String?] = []
            while try cursor.next() {
                seen.append(cursor.entry)
                if seen.count == 2 || seen.count == 4 {
                    try cursor.delete()
                    #expect(cursor.isOnEntry == false)
                }
            }
            return seen
        }
        #expect(seen == ["a=1", "b=2", "c=3", "d=4"])
        #expect(try transaction.text(temporary.table, "b") == nil)
        #expect(try transaction.statistics(of: temporary.table).entries == 2)
    }

    @Test("writes with the same modes as a transaction")
    func modes() throws {
        let temporary = try TemporaryEnvironment()
        var transaction = try temporary.environment.beginWrite()
        try transaction.withCursor(temporary.table) { cursor throws(LMDBError) in
            #expect(try cursor.put("a", "1", .append))
            #expect(try cursor.put("c", "1", .append))
            #expect(try cursor.put("c", "2", .insert) == false)
            #expect(try cursor.put("a", "2"))
            var refusal: LMDBError?
            do throws(LMDBError) { try cursor.put("b", "1", .append) } catch { refusal = error }
            #expect(refusal == .keyExists)
            #expect(try cursor.find("a") && cursor.entry == "a=2")
        }
        try transaction.commit()
        #expect(try temporary.environment.beginRead().statistics(of: temporary.table).entries == 2)
    }

    @Test("two cursors of a reader walk one table independently")
    func twoCursors() throws {
        let temporary = try TemporaryEnvironment()
        try temporary.store(["a": "1", "b": "2"])
        let reader = try temporary.environment.beginRead()
        try reader.withCursor(temporary.table) { first throws(LMDBError) in
            try first.first()
            try reader.withCursor(temporary.table) { second throws(LMDBError) in
                try second.last()
                #expect(second.entry == "b=2")
                #expect(first.entry == "a=1")
            }
        }
    }

    @Test("agrees with a sorted dictionary after random batches, written sorted through one cursor", arguments: 1...4)
    func law(seed: UInt64) throws {
        let temporary = try TemporaryEnvironment()
        var generator = SeededGenerator(seed: seed)
        var oracle: [String: String] = [:]
        for batch in 0..<5 {
            var changes: [String: String?] = [:]
            for _ in 0..<2000 {
                let key = String(UInt16.random(in: 0..<4000, using: &generator), radix: 7)
                changes[key] = Int.random(in: 0..<3, using: &generator) == 0 ? .some(nil) : "\(batch) \(key)"
            }
            var transaction = try temporary.environment.beginWrite()
            try transaction.withCursor(temporary.table) { cursor throws(LMDBError) in
                for (key, value) in changes.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                    if let value {
                        try cursor.put(key, value)
                    } else if try cursor.find(key) {
                        try cursor.delete()
                    }
                }
            }
            try transaction.commit()
            for (key, value) in changes { oracle[key] = value }
        }
        let expected = oracle.keys.sorted().map { "\($0)=\(oracle[$0] ?? "")" }
        let reader = try temporary.environment.beginRead()
        try reader.withCursor(temporary.table) { cursor throws(LMDBError) in
            var found: [String] = []
            while try cursor.next() { found.append(cursor.entry ?? "") }
            #expect(found == expected, "seed \(seed)")
            for _ in 0..<500 {
                let probe = String(UInt16.random(in: 0..<5000, using: &generator), radix: 7)
                let next = oracle.keys.filter { $0 >= probe }.min()
                #expect(try cursor.seek(probe) == (next != nil), "seed \(seed)")
                #expect(cursor.entry == next.map { "\($0)=\(oracle[$0] ?? "")" }, "seed \(seed)")
            }
        }
        #expect(try reader.statistics(of: temporary.table).entries == oracle.count)
    }
}
