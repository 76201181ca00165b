internal import Store

/// What counts of a code.
///
/// Its campaign, creation and issuer never change.
package struct CodeFacts {
    package var campaign: UInt64
    package var createdMilliseconds: UInt64
    /// When it stops working; ``noEnd`` for never.
    package var endMilliseconds: UInt64
    package var isRevoked: Bool
    /// Where the issuer stands in the row, in its stored form; nil without one.
    package var issuer: RowBytes?

    /// Reads the row of a code; nil when the bytes are not one.
    package init?(decoding bytes: RawSpan) {
        var reader = ValueReader(bytes)
        let version = reader.byte()
        reader.skip(1)
        let flags = reader.byte()
        campaign = flags & CodeRow.Flags.campaign != 0 ? reader.compact() : 0
        endMilliseconds = flags & CodeRow.Flags.expires != 0 ? reader.integer(width: 6) : noEnd
        isRevoked = flags & CodeRow.Flags.revoked != 0
        if isRevoked { reader.skip(6) }
        createdMilliseconds = reader.integer(width: 6)
        _ = reader.compact()
        issuer = flags & CodeRow.Flags.issuer != 0 ? reader.accountBytes() : nil
        guard version == CodeRow.formatVersion, !reader.failed else { return nil }
    }
}
