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
    var revision: UInt64 = 1
    var issuer: AccountID?
    var document: EntityNumber?
    var text: String

    static let formatVersion: UInt8 = 1

    enum Flags {
        static let campaign: UInt8 = 1
        static let expires: UInt8 = 2
        static let revoked: UInt8 = 4
        static let issuer: UInt8 = 8
        static let document: UInt8 = 16
    }

    func encode(to writer: inout ValueWriter) {
        var flags: UInt8 = 0
        if campaign != nil { flags |= Flags.campaign }
        if expiresAt != nil { flags |= Flags.expires }
        if revokedAt != nil { flags |= Flags.revoked }
        if issuer != nil { flags |= Flags.issuer }
        if document != nil { flags |= Flags.document }
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
    }

    /// Reads the part of a row that claims depend on.
    static func gate(decoding bytes: RawSpan) -> CodeGate {
        var reader = ValueReader(bytes)
        let (gate, _) = readGate(&reader)
        guard !reader.failed else { damagedRecord("codes") }
        return gate
    }

    private static func readGate(_ reader: inout ValueReader) -> (CodeGate, UInt8) {
        guard reader.byte() == formatVersion, let kind = CodeKind(rawValue: reader.byte()) else {
            damagedRecord("codes")
        }
        let flags = reader.byte()
        let campaign = flags & Flags.campaign != 0 ? reader.entity() : nil
        let expiresAt = flags & Flags.expires != 0 ? reader.instant() : nil
        let revokedAt = flags & Flags.revoked != 0 ? reader.instant() : nil
        return (CodeGate(kind: kind, campaign: campaign, expiresAt: expiresAt, revokedAt: revokedAt), flags)
    }

    static func decode(_ bytes: RawSpan) -> CodeRow {
        var reader = ValueReader(bytes)
        let (gate, flags) = readGate(&reader)
        let createdAt = reader.instant()
        let revision = reader.compact()
        let issuer = flags & Flags.issuer != 0 ? reader.account() : nil
        let document = flags & Flags.document != 0 ? reader.entity() : nil
        let text = reader.shortText()
        guard !reader.failed, reader.remaining == 0 else { damagedRecord("codes") }
        return CodeRow(
            kind: gate.kind, campaign: gate.campaign, expiresAt: gate.expiresAt, revokedAt: gate.revokedAt,
            createdAt: createdAt, revision: revision, issuer: issuer, document: document, text: text)
    }
}
