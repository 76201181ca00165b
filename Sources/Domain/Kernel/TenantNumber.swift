/// A tenant's number: what every key starts with.
///
/// 0 is the system itself; `default` is 1.
public struct TenantNumber: RawRepresentable, Hashable, Sendable {
    /// The number, given out in order of creation.
    public let rawValue: UInt32

    /// Makes a number.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Owner of what belongs to no tenant: settings, tenants themselves, key hashes.
    public static let system = TenantNumber(rawValue: 0)
    /// The tenant that exists from the start, named `default`.
    public static let `default` = TenantNumber(rawValue: 1)
}
