internal import Crypto
public import Journal

/// The final answer to a request, kept so that the same request gets it again.
public struct IdempotencyRecord: Equatable, Sendable {
    /// The fingerprint of the request, 32 bytes: another request under the same key is refused.
    public var fingerprint: [UInt8]
    /// When the answer was given.
    public var createdAt: Timestamp
    /// The HTTP status.
    public var status: UInt16
    /// The kind of the body; the caller gives it its meaning.
    public var kind: UInt8
    /// The answer.
    public var body: [UInt8]

    /// Makes a record.
    public init(fingerprint: [UInt8], createdAt: Timestamp, status: UInt16, kind: UInt8, body: [UInt8]) {
        self.fingerprint = fingerprint
        self.createdAt = createdAt
        self.status = status
        self.kind = kind
        self.body = body
    }
}
