/// Who acted: whose doing an event is.
public enum Actor: Hashable, Sendable {
    /// The program that has the engine in it, where it names no other.
    case host
    /// A tenant, with one of its API keys.
    case key(EntityNumber)
    /// The operator: a key with the scope `root`, by its number; 0 where that key has none, as at a start.
    case root(EntityNumber)
    /// The clock: a deadline fell due.
    case clock
    /// The node by itself: what a new directory needs.
    case node

    /// Names the key of a credential.
    public init(key number: EntityNumber, scopes: KeyScopes) {
        self = scopes.contains(.root) ? .root(number) : .key(number)
    }

    /// The number of the key that acted; nil for all but keys.
    public var key: EntityNumber? {
        switch self {
        case .key(let number), .root(let number): number.rawValue == 0 ? nil : number
        case .host, .clock, .node: nil
        }
    }

    /// The word on the wire.
    public var word: String {
        switch self {
        case .host: "host"
        case .key: "key"
        case .root: "root"
        case .clock: "clock"
        case .node: "node"
        }
    }

    // MARK: Stored form

    private enum Form {
        static let key: UInt64 = 1
        static let root: UInt64 = 2
        static let bits: UInt64 = 2
    }

    /// The stored form: small, and 0 for ``host``.
    @inline(__always)
    var stored: UInt64 {
        switch self {
        case .host: 0
        case .clock: 1 << Form.bits
        case .node: 2 << Form.bits
        case .key(let number): number.rawValue << Form.bits | Form.key
        case .root(let number): number.rawValue << Form.bits | Form.root
        }
    }

    /// Reads the stored form; nil when it is none of this version.
    init?(stored: UInt64) {
        let number = stored >> Form.bits
        switch (stored & 3, number) {
        case (0, 0): self = .host
        case (0, 1): self = .clock
        case (0, 2): self = .node
        case (Form.key, _): self = .key(EntityNumber(rawValue: number))
        case (Form.root, _): self = .root(EntityNumber(rawValue: number))
        default: return nil
        }
    }
}
