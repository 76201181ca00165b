internal import Journal
internal import Store

/// The names of single values in the table `settings`.
enum SystemValues {
    static let publicIDSecret = RecordKeys.setting("public_id_secret")
    static let lastTenant = RecordKeys.setting("last_tenant")
    /// Of earlier versions: the epoch of the present primary and when it began.
    static let reign = RecordKeys.setting("reign")
    /// The root key that the operator gave at the last start.
    static let givenRootKey = RecordKeys.setting("given_root_key")
    /// The codes of big commands under way.
    static let pendingCodes = RecordKeys.setting("pending_codes")
    static let currentSigningKey = RecordKeys.setting("current_signing_key")

    /// A name, or what several names begin with.
    static func key(_ name: String) -> Key { RecordKeys.setting(name) }

    /// The secret of a signing key.
    static func signingKey(_ id: UInt8) -> Key {
        var key = RecordKeys.setting("signing_key/")
        key.append(byte: id)
        return key
    }
}
