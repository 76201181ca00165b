internal import Journal
internal import Store

/// The names of single values in the table `settings`.
enum Settings {
    static let publicIDSecret = Keys.setting("public_id_secret")
    static let lastTenant = Keys.setting("last_tenant")
    /// The epoch of the present primary and when it began.
    static let reign = Keys.setting("reign")
    static let currentSigningKey = Keys.setting("current_signing_key")

    /// The secret of a signing key.
    static func signingKey(_ id: UInt8) -> Key {
        var key = Keys.setting("signing_key/")
        key.append(byte: id)
        return key
    }
}
