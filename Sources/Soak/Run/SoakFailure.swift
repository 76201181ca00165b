/// A reason why the soak itself cannot continue; a broken promise of the server is a ``Finding`` instead.
struct SoakFailure: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
