internal import Store

/// (tenant, credential, hash, part): the key of a part of a stored answer.
struct AnswerPartKey: RecordID {
    var answer: IdempotencyKey
    var part: UInt64

    var key: Key {
        var key = RecordKeys.entity(answer.tenant, answer.credential)
        key.append(bytes: answer.hash)
        key.append(compact: part)
        return key
    }
}

extension AnswerPartKey {
    init?(decoding key: RawSpan) {
        var reader = ValueReader(key)
        answer = IdempotencyKey(tenant: reader.tenant(), credential: reader.entity(), hash: reader.bytes(32))
        part = reader.compact()
        guard reader.isFinished else { return nil }
    }
}
