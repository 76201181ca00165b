/// The length of the names of tenants, campaigns and keys, which people read in lists.
public enum NameLimit {
    /// The number of characters, as Unicode counts scalars.
    public static let characters = 1...255
}

extension FieldErrors {
    /// Checks the name of a thing.
    mutating func name(_ name: String) {
        let range = NameLimit.characters
        check(
            range.contains(name.unicodeScalars.count), "name",
            "Must have \(range.lowerBound) to \(range.upperBound) characters.")
    }
}
