internal import Store

/// (0, name): the key of a single value.
struct SettingKey: RecordID, Equatable {
    /// A name, and for some the bytes behind it.
    var name: [UInt8]

    init(_ name: String) { self.name = Array(name.utf8) }

    static let publicIDSecret = SettingKey("public_id_secret")
    static let lastTenant = SettingKey("last_tenant")
    /// Of earlier versions: the epoch of the present primary and when it began.
    static let reign = SettingKey("reign")
    /// The root key that the operator gave at the last start.
    static let givenRootKey = SettingKey("given_root_key")
    /// The codes of big commands under way.
    static let pendingRanges = SettingKey("pending_codes")
    /// The revocations whose rows are not all written.
    static let pendingRevocations = SettingKey("pending_revocations")
    static let currentSigningKey = SettingKey("current_signing_key")
    /// The prefix of the names of all epochs.
    static let epochs = SettingKey("epoch/")
    /// The prefix of the names of all signing keys.
    static let signingKeys = SettingKey("signing_key/")

    /// The beginning of an epoch.
    static func epoch(_ epoch: UInt64) -> SettingKey {
        var key = epochs
        for shift in stride(from: 56, through: 0, by: -8) {
            key.name.append(UInt8(truncatingIfNeeded: epoch >> UInt64(shift)))
        }
        return key
    }

    /// The secret of a signing key.
    static func signingKey(_ id: UInt8) -> SettingKey {
        var key = signingKeys
        key.name.append(id)
        return key
    }

    /// The epoch whose beginning it is; nil for another setting.
    var epoch: UInt64? {
        guard name.count == SettingKey.epochs.name.count + 8, name.starts(with: SettingKey.epochs.name) else {
            return nil
        }
        return name.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// True if it is the secret of a signing key.
    var isSigningKey: Bool {
        name.count == SettingKey.signingKeys.name.count + 1 && name.starts(with: SettingKey.signingKeys.name)
    }

    var key: Key { RecordKeys.bytes(.system, name) }
}

extension SettingKey {
    init?(decoding key: RawSpan) {
        var reader = ValueReader(key)
        let tenant = reader.tenant()
        name = reader.rest()
        guard tenant == .system, reader.isFinished else { return nil }
    }
}
