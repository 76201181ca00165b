internal import Store

/// A capacity counter as it is shown.
public struct Capacity: Equatable, Sendable {
    /// The places that exist; nil means as many as asked for.
    public var limit: UInt64?
    /// The places of final claims.
    public var used: UInt64
    /// The places of live holds.
    public var held: UInt64

    /// Makes a value.
    public init(limit: UInt64?, used: UInt64, held: UInt64) {
        self.limit = limit
        self.used = used
        self.held = held
    }

    init(_ counter: CapacityCounter) {
        limit = counter.isLimited ? counter.limit : nil
        used = counter.used
        held = counter.held
    }

    /// The largest limit that an administrator can set: 2^53−1, which JavaScript keeps exact.
    public static let limitMax: Int64 = (1 << 53) - 1
}
