/// The present activity of a run, for display.
public enum BenchProgress: Sendable {
    /// Makes codes: the number made and the number wanted.
    case makingCodes(Int, of: Int)
    /// Sends requests.
    case load(LoadProgress)
    /// Waits for holds to expire.
    case waitingForExpiry
    /// Reads the lists of the server: the number of redemptions read.
    case checking(Int)
}
