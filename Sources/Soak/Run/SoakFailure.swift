/// Why the soak itself cannot go on; a broken promise of the server is a ``Finding`` instead.
struct SoakFailure: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
