/// Counts places: all, used and held.
///
/// It is the only truth about capacity.
///
/// - Invariant: `used + held <= limit` in every state that anybody can observe.
public struct CapacityCounter: Equatable, Sendable {
    /// A limit that nothing reaches.
    public static let unlimited = UInt64.max

    /// The places that exist.
    ///
    /// ``unlimited`` gives every request its places.
    public var limit: UInt64
    /// The places of final claims.
    public var used: UInt64
    /// The places of live holds.
    public var held: UInt64
    /// Counts every change; an administrator's compare-and-swap names it.
    public var version: UInt64

    private static let firstVersion: UInt64 = 1

    /// A fresh counter with nothing taken.
    public init(limit: UInt64) {
        self.init(limit: limit, used: 0, held: 0, version: CapacityCounter.firstVersion)
    }

    init(limit: UInt64, used: UInt64, held: UInt64, version: UInt64) {
        self.limit = limit
        self.used = used
        self.held = held
        self.version = version
    }

    /// True if nothing has happened to the counter since it was made.
    public var isUntouched: Bool { version == CapacityCounter.firstVersion }

    /// False if every request gets its places.
    public var isLimited: Bool { limit != CapacityCounter.unlimited }

    /// The places that are not taken.
    public var free: UInt64 { limit - used - held }

    /// In which column of the counter places stand.
    public enum Column: Sendable {
        /// Final claims.
        case used
        /// Live holds.
        case held
    }

    /// Takes places if that many are free.
    ///
    /// Returns whether it did; a refusal changes nothing.
    public mutating func take(_ quantity: UInt64, as column: Column) -> Bool {
        guard quantity <= free else { return false }
        add(quantity, to: column)
        version += 1
        return true
    }

    /// Gives back places that were taken.
    ///
    /// - Precondition: at least that many stand in the column; giving back more would invent capacity.
    public mutating func give(_ quantity: UInt64, from column: Column) {
        subtract(quantity, from: column)
        version += 1
    }

    /// Turns held places into used ones.
    ///
    /// - Precondition: at least that many are held.
    public mutating func confirm(_ quantity: UInt64) {
        subtract(quantity, from: .held)
        add(quantity, to: .used)
        version += 1
    }

    /// The result of a compare-and-swap.
    public enum SwapResult: Equatable, Sendable {
        /// The limit is now the new one.
        case swapped
        /// Somebody changed the counter since the expected version.
        case versionMismatch(actual: UInt64)
        /// The new limit would be below what is already taken.
        case belowTaken(minimum: UInt64)
    }

    /// Sets the limit if the version is still the expected one (`nil`: whatever it is).
    ///
    /// Never brings the limit below `used + held`.
    public mutating func compareAndSwap(expectedVersion: UInt64?, newLimit: UInt64) -> SwapResult {
        if let expectedVersion, expectedVersion != version { return .versionMismatch(actual: version) }
        guard newLimit >= used + held else { return .belowTaken(minimum: used + held) }
        limit = newLimit
        version += 1
        return .swapped
    }

    private mutating func add(_ quantity: UInt64, to column: Column) {
        switch column {
        case .used: used += quantity
        case .held: held += quantity
        }
    }

    private mutating func subtract(_ quantity: UInt64, from column: Column) {
        switch column {
        case .used:
            precondition(used >= quantity, "more places given back than are used")
            used -= quantity
        case .held:
            precondition(held >= quantity, "more places given back than are held")
            held -= quantity
        }
    }
}

extension CapacityCounter {
    /// Format version of the stored record.
    private static let formatVersion: UInt8 = 1

    /// Reads a stored counter; nil when the bytes are not one.
    public init?(decoding bytes: RawSpan) {
        var reader = ValueReader(bytes)
        let format = reader.byte()
        self.init(
            limit: reader.integer(), used: reader.integer(), held: reader.integer(), version: reader.integer())
        guard format == CapacityCounter.formatVersion, !reader.failed, reader.remaining == 0 else { return nil }
    }

    /// Writes the stored form: 33 bytes.
    public func encode(to writer: inout ValueWriter) {
        writer.append(byte: CapacityCounter.formatVersion)
        writer.append(limit)
        writer.append(used)
        writer.append(held)
        writer.append(version)
    }
}
