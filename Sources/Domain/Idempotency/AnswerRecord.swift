internal import Journal
internal import Store

/// The table of stored answers, in parts.
enum AnswerRecord: Record {
    static let table = Tables.idempotency
    static let name: StaticString = "idempotency"
    /// An answer can repeat the account that a request named; it is gone after a day.
    static var personalData: PersonalData<AnswerRecord> {
        PersonalData(fields: [.init("body", .content)], erasure: .expires) { _, _ in nil }
    }

    private static let formatVersion: UInt8 = 1
    static let hashBytes = 32
    /// The bytes in front of the body in the first part: version, fingerprint, time, status, kind, length.
    static let headerBytes = 1 + 32 + 6 + 2 + 1 + 4

    static func decode(_ id: AnswerPartKey, _ bytes: RawSpan) throws(RecordDamage) -> AnswerPart {
        var reader = ValueReader(bytes)
        guard id.part == 0 else { return .further(reader.rest()) }
        try reader.version(formatVersion)
        let fingerprint = reader.bytes(hashBytes)
        let createdAt = reader.instant()
        let status: UInt16 = reader.integer()
        let kind = reader.byte()
        let bodyBytes: UInt32 = reader.integer()
        let body = reader.rest()
        try reader.finish()
        guard bodyBytes <= UInt32(Idempotency.bodyBytesMax), body.count <= Int(bodyBytes) else { throw .value }
        let record = IdempotencyRecord(
            fingerprint: fingerprint, createdAt: createdAt, status: status, kind: kind, body: body)
        return .first(record, bodyBytes: bodyBytes)
    }

    static func encode(_ part: AnswerPart, to writer: inout ValueWriter) {
        switch part {
        case .first(let record, let bodyBytes):
            writer.append(byte: formatVersion)
            writer.append(bytes: record.fingerprint)
            writer.append(instant: record.createdAt)
            writer.append(record.status)
            writer.append(byte: record.kind)
            writer.append(bodyBytes)
            writer.append(bytes: record.body)
        case .further(let bytes): writer.append(bytes: bytes)
        }
    }

    /// The number of parts of a stored answer, read from its first part.
    static func partCount(firstPart bytes: RawSpan) -> UInt64 {
        var reader = ValueReader(bytes)
        reader.skip(headerBytes - 4)
        return partCount(bodyBytes: Int(reader.integer(UInt32.self)))
    }

    static func partCount(bodyBytes: Int) -> UInt64 {
        let rest = max(0, bodyBytes - (ValueWriter.capacityMax - headerBytes))
        return UInt64(1 + (rest + ValueWriter.capacityMax - 1) / ValueWriter.capacityMax)
    }

    /// A first part has its entry by time and all its other parts; another one has a first part that counts it.
    static func check<State: StateScanning>(
        _ id: AnswerPartKey, _ part: AnswerPart, in check: inout InvariantCheck<State>
    ) {
        guard case .first(let record, let bodyBytes) = part else {
            let first = check.find(AnswerRecord.self, AnswerPartKey(answer: id.answer, part: 0))
            guard case .first(_, let bodyBytes)? = first, id.part < partCount(bodyBytes: Int(bodyBytes)) else {
                return check.require(false, "idempotency", "a part of an answer belongs to none")
            }
            return
        }
        let entry = IdempotencyEntry(id.answer, record.createdAt)
        check.require(check.has(AnswerTimeRecord.self, entry), "idempotency", "an answer has no entry by time")
        var bytes = record.body.count
        for number in 1..<partCount(bodyBytes: Int(bodyBytes)) {
            let part = check.find(AnswerRecord.self, AnswerPartKey(answer: id.answer, part: number))
            guard case .further(let more)? = part else { break }
            bytes += more.count
        }
        check.require(bytes == Int(bodyBytes), "idempotency", "an answer has \(bytes) of its \(bodyBytes) bytes")
    }
}
