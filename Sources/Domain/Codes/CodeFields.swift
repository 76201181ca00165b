internal import Journal
internal import Store

/// The fields of a code's row where they lie: what everybody reads who needs no text.
///
/// Campaign, creation and issuer of a code never change.
package struct CodeFields {
    var gate: CodeGate
    package var createdMilliseconds: UInt64
    var revision: UInt64
    /// Where the issuer stands in the row, in its stored form; nil without one.
    package var issuer: RowBytes?
    var document: EntityNumber?
    /// Where the normalised text stands.
    var text: RowBytes
    /// Where the spelling stands in which it was given; nil where that is the text itself.
    var label: RowBytes?

    /// 0 without one.
    package var campaign: UInt64 { gate.campaign?.rawValue ?? 0 }
    /// When it stops working; ``noEnd`` for never.
    package var endMilliseconds: UInt64 { gate.expiresAt.map { UInt64($0.milliseconds) } ?? noEnd }
    /// True if an administrator took it back.
    package var isRevoked: Bool { gate.revokedAt != nil }

    /// Reads the row of a code.
    package init(decoding bytes: RawSpan) throws(RecordDamage) {
        var reader = ValueReader(bytes)
        let flags: UInt8
        (gate, flags) = try CodeRow.readGate(&reader)
        createdMilliseconds = reader.integer(width: 6)
        revision = reader.compact()
        issuer = flags & CodeRow.Flags.issuer != 0 ? reader.accountBytes() : nil
        document = flags & CodeRow.Flags.document != 0 ? reader.entity() : nil
        text = CodeFields.shortText(&reader)
        label = flags & CodeRow.Flags.label != 0 ? CodeFields.shortText(&reader) : nil
        try reader.finish()
    }

    /// Passes over a short text.
    private static func shortText(_ reader: inout ValueReader) -> RowBytes {
        let count = Int(reader.byte())
        let place = RowBytes(offset: reader.position, count: count)
        reader.skip(count)
        return place
    }
}
