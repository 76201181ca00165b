import Foundation
import LMDB
import Testing

@Suite("An environment")
struct EnvironmentTests {
    @Test("committed records are there after closing and opening again, with syncs")
    func reopens() throws {
        let directory = try TemporaryDirectory()
        func open() throws -> Environment {
            try Environment.open(path: directory.path)
        }
        do {
            let environment = try open()
            let table = try environment.openTables(["records"])[0]
            var transaction = try environment.beginWrite()
            try transaction.put(table, "key", "value")
            try transaction.commit()
        }
        let environment = try open()
        let tables = try environment.openTables(["other", "records"])
        let reader = try environment.beginRead()
        #expect(try reader.text(tables[1], "key") == "value")
        #expect(try reader.text(tables[0], "key") == nil)
    }

    @Test("a second open in the process is refused however the path is spelled, and allowed after the last reference")
    func refusesSecondOpen() throws {
        let directory = try TemporaryDirectory()
        let link = directory.path + "-link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: directory.path)
        defer { try? FileManager.default.removeItem(atPath: link) }
        var environment: Environment? = try Environment.open(path: directory.path, options: TemporaryEnvironment.fast)
        #expect(throws: LMDBError.alreadyOpen) { try Environment.open(path: directory.path) }
        #expect(throws: LMDBError.alreadyOpen) { try Environment.open(path: link) }
        #expect(throws: LMDBError.alreadyOpen) { try Environment.open(path: directory.path + "/.") }

        func holdReader(_ environment: consuming Environment) throws -> ReadTransaction { try environment.beginRead() }
        var holder: Environment? = environment
        environment = nil
        if let last = holder.take() {
            let reader = try holdReader(last)
            #expect(throws: LMDBError.alreadyOpen, "a transaction keeps its environment open") {
                try Environment.open(path: directory.path)
            }
            #expect(reader.id == 0)
        }
        _ = try Environment.open(path: link, options: TemporaryEnvironment.fast)
    }

    @Test("a failed open leaves nothing behind")
    func failedOpen() throws {
        let directory = try TemporaryDirectory()
        let file = directory.path + "/data.mdb"
        try Data(repeating: 7, count: 16384).write(to: URL(fileURLWithPath: file))
        #expect(throws: LMDBError.invalid) { try Environment.open(path: directory.path) }
        try FileManager.default.removeItem(atPath: file)
        _ = try Environment.open(path: directory.path, options: TemporaryEnvironment.fast)
        #expect(throws: LMDBError.noSuchFile) { try Environment.open(path: directory.path + "/absent") }
    }

    @Test("read-only refuses to write, to make files and to make tables")
    func readOnly() throws {
        var options = TemporaryEnvironment.fast
        options.readOnly = true
        let empty = try TemporaryDirectory()
        #expect(throws: LMDBError.noSuchFile) { try Environment.open(path: empty.path, options: options) }

        let directory = try TemporaryDirectory()
        do {
            let environment = try Environment.open(path: directory.path, options: TemporaryEnvironment.fast)
            let table = try environment.openTables(["records"])[0]
            var transaction = try environment.beginWrite()
            try transaction.put(table, "key", "value")
            try transaction.commit()
        }
        let environment = try Environment.open(path: directory.path, options: options)
        #expect(throws: LMDBError.notFound) { try environment.openTables(["absent"]) }
        let table = try environment.openTables(["records"])[0]
        #expect(try environment.beginRead().text(table, "key") == "value")
        #expect(throws: LMDBError.accessDenied) { _ = try environment.beginWrite() }
        #expect(throws: LMDBError.accessDenied) { try environment.synchronize() }
    }

    @Test("a full map is named, nothing of the transaction stays, and the environment continues")
    func mapFull() throws {
        var options = TemporaryEnvironment.fast
        options.mapBytes = 256 << 10
        let temporary = try TemporaryEnvironment(options)
        try temporary.store(["before": "here"])
        let error = #expect(throws: LMDBError.self) {
            var transaction = try temporary.environment.beginWrite()
            for number in 0..<10_000 {
                try transaction.put(temporary.table, "key \(number)", String(repeating: "x", count: 100))
            }
        }
        #expect(error == .mapFull)
        #expect(error?.description.contains("larger one") == true)
        try temporary.store(["after": "too"])
        let reader = try temporary.environment.beginRead()
        #expect(try reader.statistics(of: temporary.table).entries == 2)
    }

    @Test("after a failed write the transaction cannot be committed")
    func commitAfterFailure() throws {
        var options = TemporaryEnvironment.fast
        options.mapBytes = 256 << 10
        let temporary = try TemporaryEnvironment(options)
        var transaction = try temporary.environment.beginWrite()
        var failure: LMDBError?
        for number in 0..<10_000 where failure == nil {
            do throws(LMDBError) {
                try transaction.put(temporary.table, "key \(number)", String(repeating: "x", count: 100))
            } catch {
                failure = error
            }
        }
        #expect(failure == .mapFull)
        do throws(LMDBError) {
            try transaction.commit()
            Issue.record("the commit succeeded")
        } catch {
            #expect(error == .badTransaction)
        }
        #expect(try temporary.environment.beginRead().statistics(of: temporary.table).entries == 0)
    }

    @Test("more tables than asked for are refused")
    func tablesFull() throws {
        var options = TemporaryEnvironment.fast
        options.tablesMax = 2
        let directory = try TemporaryDirectory()
        let environment = try Environment.open(path: directory.path, options: options)
        #expect(throws: LMDBError.tablesFull) { try environment.openTables(["a", "b", "c"]) }
        let tables = try environment.openTables(["a", "b"])
        #expect(tables[0] != tables[1])
        #expect(try environment.openTables(["b", "a"]) == [tables[1], tables[0]])
    }

    @Test("a copy holds the committed state, and a compacting one leaves free pages out", arguments: [false, true])
    func copies(compacting: Bool) throws {
        let temporary = try TemporaryEnvironment()
        var transaction = try temporary.environment.beginWrite()
        for number in 0..<5000 { try transaction.put(temporary.table, "key \(number)", "value \(number)") }
        try transaction.commit()
        transaction = try temporary.environment.beginWrite()
        for number in 1..<5000 { _ = try transaction.delete(temporary.table, "key \(number)") }
        try transaction.commit()
        let target = try TemporaryDirectory()
        try temporary.environment.synchronize()
        try temporary.environment.copy(to: target.path, compacting: compacting)

        let copy = try Environment.open(path: target.path, options: TemporaryEnvironment.fast)
        let table = try copy.openTables(["records"])[0]
        let reader = try copy.beginRead()
        #expect(try reader.statistics(of: table).entries == 1)
        #expect(try reader.text(table, "key 0") == "value 0")
        let original = try temporary.environment.info().usedBytes
        #expect(try (copy.info().usedBytes < original / 4) == compacting)
        #expect(throws: LMDBError.self) { try temporary.environment.copy(to: target.path + "/absent") }
    }

    @Test("the info tells the readers, the oldest state that they hold, and the last commit")
    func info() throws {
        let temporary = try TemporaryEnvironment()
        let start = try temporary.environment.info()
        #expect(start.readersActive == 0)
        #expect(start.oldestReaderTransaction == nil)
        #expect(start.mapBytes == 64 << 20)
        #expect(start.readersMax == 512)
        var old = try temporary.environment.beginRead()
        try temporary.store(["key": "value"])
        let new = try temporary.environment.beginRead()
        let both = try temporary.environment.info()
        #expect(both.readersActive == 2)
        #expect(both.oldestReaderTransaction == old.id)
        #expect(both.lastTransaction == new.id)
        #expect(both.lastTransaction == start.lastTransaction + 1)
        #expect(both.usedBytes >= start.usedBytes)
        old.reset()
        let reset = try temporary.environment.info()
        #expect(reset.readersActive == 1)
        #expect(reset.oldestReaderTransaction == new.id)
        #expect(try temporary.environment.clearStaleReaders() == 0)
    }

    @Test("readers give their slots back, and one too many is refused by name")
    func readerSlots() throws {
        var options = TemporaryEnvironment.fast
        options.readersMax = 2
        let temporary = try TemporaryEnvironment(options)
        for _ in 0..<1000 { #expect(try temporary.environment.beginRead().id == 1) }
        let first = try temporary.environment.beginRead()
        let second = try temporary.environment.beginRead()
        let error = #expect(throws: LMDBError.self) { _ = try temporary.environment.beginRead() }
        #expect(error == .readersFull)
        #expect(error?.description.contains("reader slot") == true)
        #expect(first.id == second.id)
    }

    @Test("an error says its code, what it means, and what to do")
    func descriptions() {
        #expect(LMDBError.notFound.description == "MDB_NOTFOUND: No matching key/data pair found (LMDB code -30798)")
        #expect(LMDBError.noSpace.description.contains("the disk is full"))
        #expect(LMDBError(rawValue: -1234).description.contains("-1234"))
        for error in [LMDBError.mapFull, .readersFull, .accessDenied, .versionMismatch, .invalid] {
            #expect(error.description.contains("(LMDB code \(error.rawValue)): "))
        }
    }
}
