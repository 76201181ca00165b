internal import Journal
internal import Store

/// The row of a code.
///
/// Its places are in its capacity counter, its state is derived.
struct CodeRow: Equatable {
    var kind: CodeKind
    var campaign: EntityNumber?
    var expiresAt: Timestamp?
    var revokedAt: Timestamp?
    var createdAt: Timestamp
    /// Counts the changes of the row.
    var revision: UInt64
    var issuer: AccountID?
    var document: EntityNumber?
    var text: String
    /// The spelling in which the text was given; nil where that is the text itself.
    var label: String?

    static let formatVersion: UInt8 = 1

    enum Flags {
        static let campaign: UInt8 = 1
        static let expires: UInt8 = 2
        static let revoked: UInt8 = 4
        static let issuer: UInt8 = 8
        static let document: UInt8 = 16
        static let label: UInt8 = 32
    }

    func encode(to writer: inout ValueWriter) {
        var flags: UInt8 = 0
        if campaign != nil { flags |= Flags.campaign }
        if expiresAt != nil { flags |= Flags.expires }
        if revokedAt != nil { flags |= Flags.revoked }
        if issuer != nil { flags |= Flags.issuer }
        if document != nil { flags |= Flags.document }
        if label != nil { flags |= Flags.label }
        writer.append(byte: CodeRow.formatVersion)
        writer.append(byte: kind.rawValue)
        writer.append(byte: flags)
        if let campaign { writer.append(entity: campaign) }
        if let expiresAt { writer.append(instant: expiresAt) }
        if let revokedAt { writer.append(instant: revokedAt) }
        writer.append(instant: createdAt)
        writer.append(compact: revision)
        if let issuer { PackedAccount(issuer).append(to: &writer) }
        if let document { writer.append(entity: document) }
        writer.append(shortText: text)
        if let label { writer.append(shortText: label) }
    }

    /// Reads the part of a row that claims depend on.
    static func gate(decoding bytes: RawSpan) -> CodeGate {
        trusted("codes") { () throws(RecordDamage) in
            var reader = ValueReader(bytes)
            let (gate, _) = try readGate(&reader)
            guard !reader.failed else { throw .fields }
            return gate
        }
    }

    @inline(__always)
    static func readGate(_ reader: inout ValueReader) throws(RecordDamage) -> (CodeGate, UInt8) {
        try reader.version(formatVersion)
        guard let kind = CodeKind(rawValue: reader.byte()) else { throw .value }
        let flags = reader.byte()
        let campaign = flags & Flags.campaign != 0 ? reader.entity() : nil
        let expiresAt = flags & Flags.expires != 0 ? reader.instant() : nil
        let revokedAt = flags & Flags.revoked != 0 ? reader.instant() : nil
        let gate = CodeGate(
            kind: kind, campaign: campaign, expiresAt: expiresAt, revokedAt: revokedAt,
            hasIssuer: flags & Flags.issuer != 0)
        return (gate, flags)
    }

    /// Reads a row.
    init(decoding bytes: RawSpan) throws(RecordDamage) {
        let fields = try CodeFields(decoding: bytes)
        var reader = ValueReader(bytes)
        reader.skip(fields.text.offset)
        let text = reader.text(fields.text.count)
        var label: String?
        if let place = fields.label {
            // Behind its length.
            reader.skip(1)
            label = reader.text(place.count)
        }
        try reader.finish()
        var issuer: AccountID?
        if let place = fields.issuer { issuer = try AccountID(in: bytes, at: place) }
        self.init(
            kind: fields.gate.kind, campaign: fields.gate.campaign, expiresAt: fields.gate.expiresAt,
            revokedAt: fields.gate.revokedAt,
            createdAt: Timestamp(milliseconds: Int64(fields.createdMilliseconds)), revision: fields.revision,
            issuer: issuer, document: fields.document, text: text, label: label)
    }

    /// Reads a row, which is one.
    static func decode(_ bytes: RawSpan) -> CodeRow {
        trusted("codes") { () throws(RecordDamage) in try CodeRow(decoding: bytes) }
    }

    init(
        kind: CodeKind, campaign: EntityNumber? = nil, expiresAt: Timestamp? = nil, revokedAt: Timestamp? = nil,
        createdAt: Timestamp, revision: UInt64 = 1, issuer: AccountID? = nil, document: EntityNumber? = nil,
        text: String, label: String? = nil
    ) {
        self.kind = kind
        self.campaign = campaign
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
        self.createdAt = createdAt
        self.revision = revision
        self.issuer = issuer
        self.document = document
        self.text = text
        self.label = label
    }
}
