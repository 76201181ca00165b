internal import Journal
internal import Store

/// The names of single values in the table `settings`.
enum Settings {
    static let publicIDSecret = Keys.setting("public_id_secret")
    static let lastTenant = Keys.setting("last_tenant")
    /// Of earlier versions: the epoch of the present primary and when it began.
    static let reign = Keys.setting("reign")
    /// The root key that the operator gave at the last start.
    static let givenRootKey = Keys.setting("given_root_key")
    /// The codes of big commands under way.
    static let pendingCodes = Keys.setting("pending_codes")
    static let currentSigningKey = Keys.setting("current_signing_key")

    /// A name, or what several names begin with.
    static func key(_ name: String) -> Key { Keys.setting(name) }

    /// The secret of a signing key.
    static func signingKey(_ id: UInt8) -> Key {
        var key = Keys.setting("signing_key/")
        key.append(byte: id)
        return key
    }
}
