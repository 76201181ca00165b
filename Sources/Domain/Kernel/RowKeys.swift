package import Store

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
        RecordKeys.entity(TenantNumber(rawValue: tenant), EntityNumber(rawValue: number))
    }

    /// The key of a code's counter.
    package static func codeCounter(tenant: UInt32, _ number: UInt64) -> Key {
        RecordKeys.target(TenantNumber(rawValue: tenant), .code, EntityNumber(rawValue: number))
    }
}
