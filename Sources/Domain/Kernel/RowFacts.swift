package import Store

// What a projection has to know of rows: numbers instead of entities and no text, because it reads every row that a
// launch writes. An absent code or campaign is 0, which no entity has.

/// The end of what has none.
package let noEnd = UInt64.max

/// A range of bytes within a row.
package struct RowBytes {
    package var offset: Int
    package var count: Int
}

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

/// What counts of a redemption.
package struct RedemptionFacts {
    package var code: UInt64
    package var campaign: UInt64
    package var redeemedMilliseconds: UInt64
    package var quantity: UInt64
    package var isReleased: Bool
    /// Where the redeemer stands in the row, in its stored form.
    package var redeemer: RowBytes

    /// Reads the row of a redemption; nil when the bytes are not one.
    package init?(decoding bytes: RawSpan) {
        var reader = ValueReader(bytes)
        let version = reader.byte()
        let flags = reader.byte()
        code = flags & ClaimFlags.code != 0 ? reader.compact() : 0
        campaign = flags & ClaimFlags.campaign != 0 ? reader.compact() : 0
        redeemedMilliseconds = reader.integer(width: 6)
        quantity = flags & ClaimFlags.quantity != 0 ? reader.compact() : 1
        redeemer = reader.accountBytes()
        isReleased = flags & ClaimFlags.ending != 0
        guard version == Redemption.formatVersion, !reader.failed else { return nil }
    }
}

/// What counts of a hold.
package struct HoldFacts: Equatable {
    package var campaign: UInt64
    package var createdMilliseconds: UInt64
    package var endMilliseconds: UInt64
    package var state: HoldState

    /// Reads the row of a hold; nil when the bytes are not one.
    package init?(decoding bytes: RawSpan) {
        var reader = ValueReader(bytes)
        let version = reader.byte()
        let flags = reader.byte()
        guard version == Hold.formatVersion, let state = HoldState(rawValue: reader.byte()) else { return nil }
        self.state = state
        if flags & ClaimFlags.code != 0 { _ = reader.compact() }
        campaign = flags & ClaimFlags.campaign != 0 ? reader.compact() : 0
        createdMilliseconds = reader.integer(width: 6)
        endMilliseconds = reader.integer(width: 6)
        guard !reader.failed else { return nil }
    }
}

/// Keys of rows, taken apart and put together.
package enum RowKeys {
    /// The tenant in a key.
    package static func tenant(_ key: RawSpan) -> UInt32 {
        var reader = ValueReader(key)
        return UInt32(truncatingIfNeeded: reader.compact())
    }

    /// The tenant and the number in the key of a code, redemption or hold.
    package static func entity(_ key: RawSpan) -> (tenant: UInt32, number: UInt64) {
        var reader = ValueReader(key)
        return (UInt32(truncatingIfNeeded: reader.compact()), reader.compact())
    }

    /// The tenant and the code in the key of a code's counter; nil for another counter.
    package static func codeCounter(_ key: RawSpan) -> (tenant: UInt32, code: UInt64)? {
        var reader = ValueReader(key)
        let tenant = UInt32(truncatingIfNeeded: reader.compact())
        guard reader.byte() == TargetKind.code.rawValue else { return nil }
        return (tenant, reader.compact())
    }

    /// The key of the row of a code, redemption or hold.
    package static func entity(tenant: UInt32, _ number: UInt64) -> Key {
        Keys.entity(TenantNumber(rawValue: tenant), EntityNumber(rawValue: number))
    }

    /// The key of a code's counter.
    package static func codeCounter(tenant: UInt32, _ number: UInt64) -> Key {
        Keys.target(TenantNumber(rawValue: tenant), .code, EntityNumber(rawValue: number))
    }
}

extension ValueReader {
    /// Passes over an account id in its stored form.
    fileprivate mutating func accountBytes() -> RowBytes {
        let start = position
        let tag = byte()
        switch tag {
        case 0x01...0x80: skip(Int(tag))
        case 0x81...0x88: skip(Int(tag & 0x7F))
        case PackedAccount.uuidTag: skip(16)
        default: damaged()
        }
        return RowBytes(offset: start, count: position - start)
    }
}

extension AccountID {
    /// Reads an id's stored form; nil when the bytes are not one.
    package init?(packed bytes: RawSpan) {
        var reader = ValueReader(bytes)
        let account = reader.account()
        guard !reader.failed, reader.remaining == 0 else { return nil }
        self = account
    }
}
