/// The way in which a put treats a key that is there.
public enum PutMode: Hashable, Sendable {
    /// Stores the value, whether or not the key is there.
    case overwrite
    /// Stores the value only when the key is absent; otherwise changes nothing and answers false.
    case insert
    /// Stores at the end of the table, without a search and with full pages.
    ///
    /// Throws ``LMDBError/keyExists`` when the key does not come after the last one.
    case append
}
