/// A reason why an upstream did not answer a request.
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
