/// Chooses whom a replica follows: its home, and for a while another node when its home does not answer.
///
/// The home is the node that the replica was started with. When that was the primary, a promotion makes the new primary
/// the home: the old one may come back as a replica, and a replica behind it would no longer confirm anything to the
/// primary. A replica that was started behind another replica stays there, as its operator wants it.
struct UpstreamChoice {
    /// The range of the time for which another replica is followed before the home is tried again: longer each time in
    /// vain.
    private static let detourMillisecondsRange: ClosedRange<Int> = 2_000...60_000

    private let configured: any Upstream
    private let makeUpstream: @Sendable (String) -> any Upstream
    private var home: any Upstream
    private(set) var current: any Upstream
    /// True if the configured node was a replica when it was first followed; nil before that.
    private var isChained: Bool?
    private var nextDetourMilliseconds = detourMillisecondsRange.lowerBound

    init(_ configured: any Upstream, makeUpstream: @escaping @Sendable (String) -> any Upstream) {
        self.configured = configured
        self.makeUpstream = makeUpstream
        (home, current) = (configured, configured)
    }

    private var isHome: Bool { current.url == home.url }

    /// Notes that ``current`` sends its log.
    ///
    /// - Parameter standing: its word; it names the primary only if it is not the primary itself.
    /// - Returns: how many milliseconds to follow it before the home is tried again; nil as long as it lasts.
    mutating func opened(_ standing: UpstreamStanding) -> Int? {
        let isReplica = standing.primary != nil
        if isChained == nil, current.url == configured.url { isChained = isReplica }
        guard isReplica, !isHome else {
            nextDetourMilliseconds = UpstreamChoice.detourMillisecondsRange.lowerBound
            return nil
        }
        defer {
            nextDetourMilliseconds = min(nextDetourMilliseconds * 2, UpstreamChoice.detourMillisecondsRange.upperBound)
        }
        return nextDetourMilliseconds
    }

    /// Follows the primary of a newer epoch from the next connection on.
    mutating func turn(to primary: String) {
        guard isChained != true else { return detour(to: primary) }
        if home.url != primary { home = upstream(at: primary) }
        current = home
    }

    /// Follows another node from the next connection on, because the home cannot give what this replica needs.
    mutating func detour(to url: String) {
        if current.url != url { current = upstream(at: url) }
    }

    /// Goes back to the home.
    mutating func goHome() { current = home }

    /// Chooses anew after a connection that could not be made or has broken.
    ///
    /// - Parameters:
    ///   - wasOpen: true if the node had sent its log before: the home is tried again first then.
    ///   - primary: the primary's address, if this replica knows it.
    mutating func failed(wasOpen: Bool, primary: String?) {
        guard isHome, !wasOpen else { return goHome() }
        if home.url != configured.url {
            current = configured
        } else if let primary {
            detour(to: primary)
        }
    }

    private func upstream(at url: String) -> any Upstream {
        url == home.url ? home : url == configured.url ? configured : makeUpstream(url)
    }
}
