internal import Crypto
public import Journal
public import Store

/// Stored answers: looked up, written and purged inside of commands.
public enum Idempotency {
    /// Seconds for which an answer is kept.
    public static let retentionSeconds: Int64 = 86_400
    /// The longest answer that can be kept, in bytes.
    public static let bodyBytesMax = 4 << 20

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
        precondition(record.fingerprint.count == AnswerRecord.hashBytes, "a fingerprint has 32 bytes")
        precondition(record.body.count <= bodyBytesMax, "a stored answer has at most \(bodyBytesMax) bytes")
        let state = context.state
        if let old = read(key, state: state) { remove(key, old, state: state) }
        var first = record
        first.body = Array(record.body.prefix(ValueWriter.capacityMax - AnswerRecord.headerBytes))
        state.insert(
            AnswerRecord.self, AnswerPartKey(answer: key, part: 0),
            .first(first, bodyBytes: UInt32(record.body.count)))
        var rest = record.body.dropFirst(first.body.count)
        var part: UInt64 = 1
        while !rest.isEmpty {
            let chunk = Array(rest.prefix(ValueWriter.capacityMax))
            state.insert(AnswerRecord.self, AnswerPartKey(answer: key, part: part), .further(chunk))
            rest = rest.dropFirst(chunk.count)
            part += 1
        }
        state.insert(Tables.idempotencyByTime, IdempotencyEntry(key, record.createdAt).key) { _ in }
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

    /// Removes an answer whose time is over.
    ///
    /// - Returns: false when it went or was replaced in the meantime.
    static func purge(_ entry: IdempotencyEntry, in context: inout DecisionContext) -> Bool {
        guard isOver(entry.createdAt, now: context.now), let record = read(entry.answer, state: context.state),
            record.createdAt == entry.createdAt
        else { return false }
        remove(entry.answer, record, state: context.state)
        return true
    }

    private static func isOver(_ createdAt: Timestamp, now: Timestamp) -> Bool {
        now >= createdAt.adding(seconds: retentionSeconds)
    }

    private static func remove(_ key: IdempotencyKey, _ record: IdempotencyRecord, state: Transaction) {
        for part in 0..<AnswerRecord.partCount(bodyBytes: record.body.count) {
            state.remove(Tables.idempotency, AnswerPartKey(answer: key, part: part).key)
        }
        state.remove(Tables.idempotencyByTime, IdempotencyEntry(key, record.createdAt).key)
    }

    /// The number of records of the answer under a key; reads the first.
    static func parts(of key: IdempotencyKey, state: some StateReading) -> UInt64 {
        let first = AnswerPartKey(answer: key, part: 0).key
        return state.read(Tables.idempotency, first) { AnswerRecord.partCount(firstPart: $0) } ?? 0
    }

    static func read(_ key: IdempotencyKey, state: some StateReading) -> IdempotencyRecord? {
        let first = state.find(AnswerRecord.self, AnswerPartKey(answer: key, part: 0))
        guard case .first(var record, let bodyBytes)? = first else { return nil }
        for part in 1..<AnswerRecord.partCount(bodyBytes: Int(bodyBytes)) {
            let next = state.find(AnswerRecord.self, AnswerPartKey(answer: key, part: part))
            guard case .further(let chunk)? = next else { damagedRecord("idempotency") }
            record.body += chunk
        }
        guard record.body.count == Int(bodyBytes) else { damagedRecord("idempotency") }
        return record
    }
}
