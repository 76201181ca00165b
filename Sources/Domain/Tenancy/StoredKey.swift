internal import Crypto

/// An API key as it is stored: all that is shown of it, and the hash of its text.
struct StoredKey: Equatable {
    var view: KeyView
    /// SHA-256 of the text, 32 bytes.
    var hash: [UInt8]
}
