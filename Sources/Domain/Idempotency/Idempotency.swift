internal import Crypto
public import Journal
public import Store

/// Stored answers: looked up, written and purged inside of commands.
public enum Idempotency {
    /// How long an answer is kept.
    public static let retentionSeconds: Int64 = 86_400
    /// The longest answer that can be kept, in bytes.
    public static let bodyBytesMax = 4 << 20

    private static let formatVersion: UInt8 = 1
    private static let hashBytes = 32
    /// What the first part has in front of the body: version, fingerprint, time, status, kind, length.
    private static let headerBytes = 1 + 32 + 6 + 2 + 1 + 4

    /// The answer that was given under a key within the last 24 hours; nil when there is none.
    public static func lookup(
        _ key: IdempotencyKey, state: some StateReading, now: Timestamp
    ) -> IdempotencyRecord? {
        guard let record = read(key, state: state), !isOver(record.createdAt, now: now) else { return nil }
        return record
    }

    /// Keeps an answer, in place of one whose time is over.
    ///
    /// - Precondition: the fingerprint has 32 bytes and the body at most ``bodyBytesMax``; `createdAt` is the
    ///   time of the command.
    public static func store(
        _ record: IdempotencyRecord, for key: IdempotencyKey, in context: inout DecisionContext
    ) {
        precondition(record.fingerprint.count == hashBytes, "a fingerprint has 32 bytes")
        precondition(record.body.count <= bodyBytesMax, "a stored answer has at most \(bodyBytesMax) bytes")
        let state = context.state
        if let old = read(key, state: state) { remove(key, old, state: state) }
        let first = record.body.prefix(ValueWriter.capacityMax - headerBytes)
        state.insert(Tables.idempotency, partKey(key, 0)) {
            $0.append(byte: formatVersion)
            $0.append(bytes: record.fingerprint)
            $0.append(instant: record.createdAt)
            $0.append(record.status)
            $0.append(byte: record.kind)
            $0.append(UInt32(record.body.count))
            $0.append(bytes: first)
        }
        var rest = record.body.dropFirst(first.count)
        var part: UInt64 = 1
        while !rest.isEmpty {
            let chunk = rest.prefix(ValueWriter.capacityMax)
            state.insert(Tables.idempotency, partKey(key, part)) { $0.append(bytes: chunk) }
            rest = rest.dropFirst(chunk.count)
            part += 1
        }
        state.insert(Tables.idempotencyByTime, timeKey(key, record.createdAt)) { _ in }
    }

    /// Answers whose time is over, oldest first per tenant: what ``purge(_:in:)`` takes.
    ///
    /// - Complexity: O(tenants + entries found).
    ///
    /// - Parameter recordsMax: how many records they may have together; the first one may have more.
    public static func due(in state: some StateScanning, now: Timestamp, recordsMax: Int) -> [IdempotencyEntry] {
        var records = 0
        var entries: [IdempotencyEntry] = []
        for tenant in tenants(in: state) where records < recordsMax {
            let prefix = RecordKeys.tenant(tenant)
            state.scan(Tables.idempotencyByTime, prefix: prefix, from: nil, descending: false) { key, _ in
                let entry = IdempotencyEntry(tenant: tenant, decoding: key.afterPrefix(prefix.count))
                guard isOver(entry.createdAt, now: now) else { return false }
                records += 1 + Int(clamping: parts(of: IdempotencyKey(entry), state: state))
                guard records <= recordsMax || entries.isEmpty else { return false }
                entries.append(entry)
                return true
            }
        }
        return entries
    }

    /// Every tenant that can have stored answers.
    static func tenants(in state: some StateScanning) -> [TenantNumber] {
        var tenants: [TenantNumber] = [.system]
        state.forEach(Tables.tenants, prefix: RecordKeys.tenant(.system)) { number, _ in
            tenants.append(TenantNumber(rawValue: UInt32(truncatingIfNeeded: number.rawValue)))
            return true
        }
        return tenants
    }

    /// Removes answers whose time is over.
    ///
    /// - Returns: how many; those that went or were replaced in the meantime are left out.
    @discardableResult
    public static func purge(_ entries: [IdempotencyEntry], in context: inout DecisionContext) -> Int {
        var count = 0
        for entry in entries where isOver(entry.createdAt, now: context.now) {
            let key = IdempotencyKey(entry)
            guard let record = read(key, state: context.state), record.createdAt == entry.createdAt else { continue }
            remove(key, record, state: context.state)
            count += 1
        }
        return count
    }

    private static func isOver(_ createdAt: Timestamp, now: Timestamp) -> Bool {
        now >= createdAt.adding(seconds: retentionSeconds)
    }

    private static func remove(_ key: IdempotencyKey, _ record: IdempotencyRecord, state: Transaction) {
        for part in 0..<partCount(bodyBytes: record.body.count) { state.remove(Tables.idempotency, partKey(key, part)) }
        state.remove(Tables.idempotencyByTime, timeKey(key, record.createdAt))
    }

    /// How many records the answer under a key has; reads the first.
    private static func parts(of key: IdempotencyKey, state: some StateReading) -> UInt64 {
        state.read(Tables.idempotency, partKey(key, 0)) { parts(firstPart: $0) } ?? 0
    }

    private static func parts(firstPart bytes: RawSpan) -> UInt64 {
        var reader = ValueReader(bytes)
        reader.skip(headerBytes - 4)
        return partCount(bodyBytes: Int(reader.integer(UInt32.self)))
    }

    /// Whether the answer whose first record this is has more of them.
    static func isLong(firstPart bytes: RawSpan) -> Bool { parts(firstPart: bytes) > 1 }

    private static func partCount(bodyBytes: Int) -> UInt64 {
        let rest = max(0, bodyBytes - (ValueWriter.capacityMax - headerBytes))
        return UInt64(1 + (rest + ValueWriter.capacityMax - 1) / ValueWriter.capacityMax)
    }

    static func read(_ key: IdempotencyKey, state: some StateReading) -> IdempotencyRecord? {
        let first = state.read(Tables.idempotency, partKey(key, 0)) { bytes -> (IdempotencyRecord, Int) in
            var reader = ValueReader(bytes)
            guard reader.byte() == formatVersion else { damagedRecord("idempotency") }
            let fingerprint = reader.bytes(hashBytes)
            let createdAt = reader.instant()
            let status: UInt16 = reader.integer()
            let kind = reader.byte()
            let length: UInt32 = reader.integer()
            let body = reader.bytes(reader.remaining)
            guard !reader.failed else { damagedRecord("idempotency") }
            let record = IdempotencyRecord(
                fingerprint: fingerprint, createdAt: createdAt, status: status, kind: kind, body: body)
            return (record, Int(length))
        }
        guard let first else { return nil }
        var record = first.0
        let length = first.1
        for part in 1..<partCount(bodyBytes: length) {
            let chunk = state.read(Tables.idempotency, partKey(key, part)) { bytes in
                var reader = ValueReader(bytes)
                return reader.bytes(bytes.byteCount)
            }
            guard let chunk else { damagedRecord("idempotency") }
            record.body += chunk
        }
        guard record.body.count == length else { damagedRecord("idempotency") }
        return record
    }

    /// When the answer under a key was given, whether or not its time is over.
    static func creation(of key: IdempotencyKey, state: some StateReading) -> Timestamp? {
        read(key, state: state)?.createdAt
    }

    private static func partKey(_ key: IdempotencyKey, _ part: UInt64) -> Key {
        var bytes = RecordKeys.entity(key.tenant, key.credential)
        bytes.append(bytes: key.hash)
        bytes.append(compact: part)
        return bytes
    }

    static func timeKey(_ key: IdempotencyKey, _ createdAt: Timestamp) -> Key {
        var bytes = RecordKeys.live(key.tenant, createdAt, key.credential)
        bytes.append(bytes: key.hash)
        return bytes
    }
}
