public import Journal
internal import Store

/// A hold whose places are taken until it expires.
public struct LiveHold: Equatable, Sendable {
    /// Whose hold.
    public var tenant: TenantNumber
    /// Its number.
    public var number: EntityNumber
    /// When it expires.
    public var expiresAt: Timestamp

    /// Makes a value.
    public init(tenant: TenantNumber, number: EntityNumber, expiresAt: Timestamp) {
        self.tenant = tenant
        self.number = number
        self.expiresAt = expiresAt
    }
}

extension LiveHold {
    /// Reads a key of `holds_live`.
    public init(decodingKey key: RawSpan) {
        var reader = ValueReader(key)
        tenant = TenantNumber(rawValue: UInt32(truncatingIfNeeded: reader.compact()))
        expiresAt = reader.bigEndianInstant()
        number = reader.entity()
    }
}
