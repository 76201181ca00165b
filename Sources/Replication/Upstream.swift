public import Journal

/// The node that a replica gets its log from: the primary, or another replica.
///
/// The seam between following and the network: tests and simulations bring their own.
public protocol Upstream: Sendable {
    /// Where it is, for people.
    var url: String { get }

    /// Opens the log behind a point.
    ///
    /// - Throws: ``UpstreamError``.
    func openStream(after point: JournalPoint, as follower: FollowerIdentity) async throws -> UpstreamStream

    /// Tells that a follower has the log on stable storage up to a position.
    ///
    /// - Returns: whether the upstream has the stream of this registration.
    func confirm(_ position: LogPosition, by follower: FollowerIdentity) async throws -> Bool

    /// Writes a snapshot to a file that is made for it.
    ///
    /// - Returns: what the sender says of itself.
    func download(to path: String, progress: @Sendable (_ bytes: UInt64) -> Void) async throws -> UpstreamStanding

    /// Tells that there is a primary of a newer epoch.
    func tell(epoch: UInt64, primary: String?) async throws
}
