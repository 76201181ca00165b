/// The plan of a run: everything that the command line says.
struct SoakPlan: Sendable {
    var seed: UInt64
    var duration: Duration
    /// Claims a second, over all clients.
    var claimsPerSecond: Int
    var directory: String
    var usher: String
    /// The steps that are chosen from.
    var steps: [Step]
    /// True to continue after a broken promise.
    var keepsGoing: Bool
    /// The longest time for which claims may be refused while what they need is there.
    var refusalLimit = Duration.seconds(10)
}
