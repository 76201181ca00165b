/// What a run is doing, for whoever watches.
public enum BenchProgress: Sendable {
    /// Makes codes: so many of so many.
    case makingCodes(Int, of: Int)
    /// Sends requests.
    case load(LoadProgress)
    /// Waits for holds to expire.
    case waitingForExpiry
    /// Reads what the server lists: so many redemptions.
    case checking(Int)
}
