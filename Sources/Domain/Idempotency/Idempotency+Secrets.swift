internal import JSONText
internal import Store

extension Idempotency {
    /// Stored answers that show the text of an API key: earlier versions kept what they had sent.
    ///
    /// - Complexity: O(stored answers).
    static func withSecrets(in state: some StateScanning) -> [IdempotencyKey] {
        var found: [IdempotencyKey] = []
        for tenant in tenants(in: state) {
            let prefix = RecordKeys.tenant(tenant)
            state.scan(Tables.idempotency, prefix: prefix, from: nil, descending: false) { key, value in
                // Most answers are one record, which is looked through where it lies: a node that takes over must not
                // read millions of them.
                guard AnswerRecord.partCount(firstPart: value) > 1 || mayShowKey(value) else { return true }
                if let id = AnswerPartKey(decoding: key), id.part == 0, let record = read(id.answer, state: state),
                    hidingKeys(in: record.body) != nil
                {
                    found.append(id.answer)
                }
                return true
            }
        }
        return found
    }

    /// Puts null in place of the API keys that stored answers show.
    ///
    /// The journal and snapshots of before still hold them: such keys are to be rotated.
    ///
    /// - Returns: whether anything was found.
    @discardableResult
    static func hideSecrets(_ keys: [IdempotencyKey], in context: inout DecisionContext) -> Bool {
        var wrote = false
        for key in keys {
            guard var record = read(key, state: context.state), let body = hidingKeys(in: record.body) else { continue }
            record.body = body
            store(record, for: key, in: &context)
            wrote = true
        }
        return wrote
    }

    /// The beginning of a member that shows an API key.
    private static let keyMark = Array("\"key\":\"\(APIKeys.prefix)".utf8)

    private static func mayShowKey(_ bytes: RawSpan) -> Bool {
        bytes.withUnsafeBytes { bytes in
            guard bytes.count >= keyMark.count else { return false }
            // By the character that is rarest in JSON, the underscore at the mark's end.
            for end in (keyMark.count - 1)..<bytes.count where bytes[end] == keyMark[keyMark.count - 1] {
                if bytes[(end - keyMark.count + 1)...end].elementsEqual(keyMark) { return true }
            }
            return false
        }
    }

    /// The body with null for each member `key` that is an API key; nil when there is none.
    private static func hidingKeys(in body: [UInt8]) -> [UInt8]? {
        guard mayShowKey(body.span.bytes), var tree = try? JSONTree.parse(body) else { return nil }
        return tree.hideKeys() ? tree.text : nil
    }
}

extension JSONTree {
    /// Puts null in place of every member `key` that is an API key; false when there is none.
    fileprivate mutating func hideKeys() -> Bool {
        switch self {
        case .object(var object):
            var found = false
            for (name, value) in object.members {
                var value = value
                if name == "key", value.string?.hasPrefix(APIKeys.prefix) == true {
                    value = .null
                } else if !value.hideKeys() {
                    continue
                }
                object[name] = value
                found = true
            }
            self = .object(object)
            return found
        case .array(var elements):
            var found = false
            for index in elements.indices where elements[index].hideKeys() { found = true }
            self = .array(elements)
            return found
        default: return false
        }
    }
}
