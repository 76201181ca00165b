import Testing

/// One way to send claims.
struct ClaimDoor: Sendable, CustomTestStringConvertible {
    enum Way: Sendable {
        /// Each request over a connection of its own.
        case alone
        /// As above, in pieces of that many bytes.
        case pieces(Int)
        case chunked
        /// The body follows "100 Continue".
        case expecting
        /// All over one connection, each after the answer to the one before.
        case kept
        /// All over one connection that began with a request of another kind.
        case keptAfterOther
        /// All that may be under way at once over one connection, without waiting for answers.
        case pipelined
        /// By a client library with a pool.
        case client
        /// Each as a batch of one line.
        case lines
        /// Neighbours as one batch.
        case batches
    }

    /// A difference to the plain door that is meant.
    struct Contract: Sendable {
        var reason: String
        var applies: @Sendable (ClaimStep, DoorAnswer) -> Bool
        /// Makes the answer of this door out of that of the plain one.
        var change: @Sendable (inout DoorAnswer) -> Void

        init(
            _ reason: String, where applies: @escaping @Sendable (ClaimStep, DoorAnswer) -> Bool,
            _ change: @escaping @Sendable (inout DoorAnswer) -> Void
        ) {
            self.reason = reason
            self.applies = applies
            self.change = change
        }
    }

    var name: String
    var way = Way.alone
    /// Lines of the head, beside those of every request.
    var fields = ""
    var version = "HTTP/1.1"
    /// Makes the target of a path.
    var target: @Sendable (String) -> String = { $0 }
    /// True if the root key is used in place of one for claims.
    var usesRootKey = false
    /// True if each request has an `Idempotency-Key` of its own, and is sent twice.
    var isKeyed = false
    /// The trace that its requests name.
    var trace: String?
    /// The steps before which the server is stopped and started.
    var restarts: Set<String> = []
    /// Why positions are others than at the plain door; nil where they are the same.
    var positionsDiffer: String?
    /// As above, for requests about which nothing is decided.
    var positionsOfOthersDiffer: String?
    var contracts: [Contract] = []

    var testDescription: String { name }
}
