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

/// Who follows.
public struct FollowerIdentity: Hashable, Sendable {
    /// The node's name: two connections of one name are one follower.
    public var node: String
    /// Where clients reach it, for operators.
    public var url: String?
    /// The name of the history that its data is part of; nil where an earlier version does not say it.
    public var history: Hash128?
    /// Grows with every stream that the node opens, over restarts too: a late copy of an older request is told that it
    /// is late.
    ///
    /// Nil where an earlier version does not say it.
    public var registration: UInt64?

    /// Names a follower.
    public init(node: String, url: String? = nil, history: Hash128? = nil, registration: UInt64? = nil) {
        self.node = node
        self.url = url
        self.history = history
        self.registration = registration
    }
}

/// What an upstream says of itself.
public struct UpstreamStanding: Hashable, Sendable {
    /// Its position when it answered.
    public var position: LogPosition
    /// Where writes go, if it says so: itself when it is the primary.
    public var primary: String?

    /// Notes what it said.
    public init(position: LogPosition, primary: String? = nil) {
        self.position = position
        self.primary = primary
    }
}

/// An open log: whole and partial frames as they come over the wire.
public struct UpstreamStream: Sendable {
    /// What the sender says of itself.
    public var standing: UpstreamStanding
    /// The next bytes; nil at the end of the connection.
    public var next: @Sendable () async throws -> [UInt8]?

    /// Wraps a source of bytes.
    public init(standing: UpstreamStanding, next: @escaping @Sendable () async throws -> [UInt8]?) {
        self.standing = standing
        self.next = next
    }
}

/// Why an upstream did not give what was asked for.
public enum UpstreamError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It answered with one of the words of ``FeedRefusal``.
    case refused(code: String, message: String, standing: UpstreamStanding)
    /// There was a later registration under this node's name: with that number.
    case late(registration: UInt64)
    /// It answered something else: a wrong key, a wrong address.
    case answered(status: Int, message: String)
    /// It could not be reached, or the connection ended.
    case unreachable(String)

    /// For people.
    public var description: String {
        switch self {
        case .refused(let code, let message, _): "\(code): \(message)"
        case .late(let registration):
            "a later stream of this node is registered (\(registration)): is there another process with its name?"
        case .answered(let status, let message): "it answered \(status): \(message)"
        case .unreachable(let reason): reason
        }
    }
}
