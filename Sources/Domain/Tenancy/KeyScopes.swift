internal import Crypto

/// The scopes of a key.
public struct KeyScopes: OptionSet, Hashable, Sendable {
    /// One bit per scope; stored.
    public let rawValue: UInt8

    /// Makes a set of its bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The user surface.
    public static let claims = KeyScopes(rawValue: 1)
    /// Lists and metrics.
    public static let read = KeyScopes(rawValue: 2)
    /// User and admin surface of its tenant.
    public static let admin = KeyScopes(rawValue: 4)
    /// The replication feed and snapshots: following, without power over roles and epochs.
    public static let replicate = KeyScopes(rawValue: 8)
    /// All tenants, and keys.
    public static let root = KeyScopes(rawValue: 16)
    /// Figures: neither codes nor people.
    public static let metrics = KeyScopes(rawValue: 32)
    /// Snapshots.
    public static let backup = KeyScopes(rawValue: 64)

    private static let words: [(String, KeyScopes)] = [
        ("claims", .claims), ("read", .read), ("admin", .admin), ("replicate", .replicate), ("root", .root),
        ("metrics", .metrics), ("backup", .backup),
    ]

    /// All words, in order.
    public static let allWords = words.map(\.0)

    /// Reads the words on the wire; nil when there is none or one is unknown.
    public init?(codes: [String]) {
        var scopes: KeyScopes = []
        for code in codes {
            guard let scope = KeyScopes.words.first(where: { $0.0 == code }) else { return nil }
            scopes.insert(scope.1)
        }
        guard !scopes.isEmpty else { return nil }
        self = scopes
    }

    /// The words on the wire.
    public var words: [String] { KeyScopes.words.filter { contains($0.1) }.map(\.0) }
}
