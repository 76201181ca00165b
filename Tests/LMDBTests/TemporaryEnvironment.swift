import Foundation
import LMDB

/// A directory of a test's own, removed when the value goes.
final class TemporaryDirectory {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("lmdb-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        path = url.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// An environment with one table, without syncs, in a directory of its own.
struct TemporaryEnvironment {
    let directory: TemporaryDirectory
    let environment: Environment
    let table: Table

    static var fast: Environment.Options {
        var options = Environment.Options()
        options.mapBytes = 64 << 20
        options.noSync = true
        return options
    }

    init(_ options: Environment.Options = fast) throws {
        directory = try TemporaryDirectory()
        environment = try Environment.open(path: directory.path, options: options)
        table = try environment.openTables(["records"])[0]
    }

    /// Commits some records.
    func store(_ records: KeyValuePairs<String, String>) throws {
        var transaction = try environment.beginWrite()
        for (key, value) in records { try transaction.put(table, key, value) }
        try transaction.commit()
    }
}

// Text for bytes, so that the tests read well.
extension ReadTransaction {
    func text(_ table: Table, _ key: String) throws(LMDBError) -> String? {
        let key = Array(key.utf8)
        return try withValue(table, key.span.bytes) { value in LMDBTests.text(of: value) }
    }
}

extension WriteTransaction {
    func text(_ table: Table, _ key: String) throws(LMDBError) -> String? {
        let key = Array(key.utf8)
        return try withValue(table, key.span.bytes) { value in LMDBTests.text(of: value) }
    }

    @discardableResult
    mutating func put(
        _ table: Table, _ key: String, _ value: String, _ mode: PutMode = .overwrite
    ) throws(LMDBError) -> Bool {
        let key = Array(key.utf8)
        let value = Array(value.utf8)
        return try put(table, key.span.bytes, value.span.bytes, mode)
    }

    mutating func delete(_ table: Table, _ key: String) throws(LMDBError) -> Bool {
        let key = Array(key.utf8)
        return try delete(table, key.span.bytes)
    }
}

extension Cursor {
    mutating func seek(_ key: String) throws(LMDBError) -> Bool {
        let key = Array(key.utf8)
        return try seek(key.span.bytes)
    }

    mutating func find(_ key: String) throws(LMDBError) -> Bool {
        let key = Array(key.utf8)
        return try find(key.span.bytes)
    }

    @discardableResult
    mutating func put(_ key: String, _ value: String, _ mode: PutMode = .overwrite) throws(LMDBError) -> Bool {
        let key = Array(key.utf8)
        let value = Array(value.utf8)
        return try put(key.span.bytes, value.span.bytes, mode)
    }

    /// The entry as `key=value`, or nil beside the entries.
    var entry: String? {
        isOnEntry ? withEntry { key, value in "\(text(of: key))=\(text(of: value))" } : nil
    }
}

func text(of span: RawSpan) -> String {
    span.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
}

/// A small generator with a printable seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
