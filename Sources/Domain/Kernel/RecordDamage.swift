/// Why the bytes of a record are not one of its table.
package enum RecordDamage: String, Error, Sendable {
    /// Its version byte is unknown.
    case version = "is of an unknown version"
    /// A field reaches beyond the end, or is none of its kind.
    case fields = "has fields that cannot be read"
    /// Bytes are left behind the last field.
    case rest = "has more bytes than its fields"
    /// A field has a value that it cannot have.
    case value = "has a value that cannot be"
}
