/// One request of the script: a claim, or what becomes of a hold.
struct ClaimStep: Sendable {
    enum Route: Sendable {
        case redeem
        case hold
        /// Of the hold that the step of this name took.
        case confirm(String)
        case release(String)
        case extend(String)
    }

    /// Whose key it is sent with.
    enum Key: Sendable {
        case claims
        /// One that may read only.
        case reader
        case unknown
    }

    var name: String
    var route: Route
    var body: String
    var key = Key.claims
    /// Seconds that pass before it.
    var after: Int64 = 0
    /// The status of its answer when the script runs for the first time.
    var status: Int
    /// The outcome that it is counted under then; nil where nothing is decided.
    var counted: String?

    /// True if the body can be a line of a batch.
    var isLine: Bool {
        if case .redeem = route { return key == .claims && !body.isEmpty }
        return false
    }
}
