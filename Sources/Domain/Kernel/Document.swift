internal import Store

/// The long optional fields of a campaign, or of all codes of one batch, stored once beside the rows.
///
/// Stored as sections (tag byte, length in 4 bytes, bytes) in as many parts as values may be long.
struct Document: Equatable {
    /// Free text for people.
    var description: [UInt8]?
    /// JSON text, normalised.
    var grant: [UInt8]?
    /// JSON text as given.
    var rewardPolicy: [UInt8]?
    /// JSON text as given.
    var metadata: [UInt8]?

    /// The most bytes of one field; all four fit the 255 parts of a document.
    static let fieldBytesMax = 65_536

    var isEmpty: Bool { description == nil && grant == nil && rewardPolicy == nil && metadata == nil }

    /// Stores the document of a number that has none.
    func insert(_ number: EntityNumber, tenant: TenantNumber, in state: Transaction) {
        for (part, bytes) in parts().enumerated() {
            let key = RecordKeys.document(tenant, number, part: UInt8(part))
            state.insert(Tables.documents, key) { $0.append(bytes: bytes) }
        }
    }

    /// Stores the document of a number that may have one, longer or shorter.
    func replace(_ number: EntityNumber, tenant: TenantNumber, in state: Transaction) {
        Document.remove(number, tenant: tenant, in: state)
        if !isEmpty { insert(number, tenant: tenant, in: state) }
    }

    /// Removes what is there; returns how many parts that were.
    @discardableResult
    static func remove(_ number: EntityNumber, tenant: TenantNumber, in state: Transaction) -> Int {
        var parts = 0
        while let part = UInt8(exactly: parts) {
            let key = RecordKeys.document(tenant, number, part: part)
            guard state.contains(Tables.documents, key) else { break }
            state.remove(Tables.documents, key)
            parts += 1
        }
        return parts
    }

    /// Reads a document that a row says is there.
    static func read(_ number: EntityNumber, tenant: TenantNumber, state: some StateReading) -> Document {
        let bytes = bytes(number, tenant: tenant, state: state)
        return trusted("documents") { () throws(RecordDamage) in try Document(decoding: bytes) }
    }

    /// The bytes of all parts of a document.
    static func bytes(_ number: EntityNumber, tenant: TenantNumber, state: some StateReading) -> [UInt8] {
        var bytes: [UInt8] = []
        for part in 0...UInt8.max {
            let key = RecordKeys.document(tenant, number, part: part)
            let chunk = state.read(Tables.documents, key) { span -> [UInt8] in
                var reader = ValueReader(span)
                return reader.bytes(span.byteCount)
            }
            guard let chunk else { break }
            bytes += chunk
            if chunk.count < ValueWriter.capacityMax { break }
        }
        return bytes
    }

    private func parts() -> [ArraySlice<UInt8>] {
        let bytes = encoded()
        precondition(bytes.count <= 255 * ValueWriter.capacityMax, "a document has at most 255 parts")
        return stride(from: 0, to: bytes.count, by: ValueWriter.capacityMax).map {
            bytes[$0..<min($0 + ValueWriter.capacityMax, bytes.count)]
        }
    }

    private func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        for (tag, field) in [description, grant, rewardPolicy, metadata].enumerated() {
            guard let field else { continue }
            bytes.append(UInt8(tag + 1))
            for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: field.count >> shift)) }
            bytes += field
        }
        return bytes
    }

    /// Reads the sections of a document.
    init(decoding bytes: [UInt8]) throws(RecordDamage) {
        var rest = bytes[...]
        while rest.count >= 5 {
            let tag = rest[rest.startIndex]
            let length = rest.dropFirst().prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(5)
            guard rest.count >= length else { throw .fields }
            let field = Array(rest.prefix(length))
            switch tag {
            case 1: description = field
            case 2: grant = field
            case 3: rewardPolicy = field
            case 4: metadata = field
            default: throw .value
            }
            rest = rest.dropFirst(length)
        }
        guard rest.isEmpty else { throw .rest }
    }

    init(
        description: [UInt8]? = nil, grant: [UInt8]? = nil, rewardPolicy: [UInt8]? = nil, metadata: [UInt8]? = nil
    ) {
        self.description = description
        self.grant = grant
        self.rewardPolicy = rewardPolicy
        self.metadata = metadata
    }
}
