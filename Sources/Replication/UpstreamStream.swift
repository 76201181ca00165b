/// An open log: whole and partial frames as they come over the wire.
public struct UpstreamStream: Sendable {
    /// The standing of the sender, as it reports it.
    public var standing: UpstreamStanding
    /// The next bytes; nil at the end of the connection.
    public var next: @Sendable () async throws -> [UInt8]?

    /// Wraps a source of bytes.
    public init(standing: UpstreamStanding, next: @escaping @Sendable () async throws -> [UInt8]?) {
        self.standing = standing
        self.next = next
    }
}
