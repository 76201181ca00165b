internal import Domain

/// One number for each ``Figure``.
struct FigureSet: Equatable {
    private var values = PerCase<Figure, Int64>()

    subscript(metric: Figure) -> Int64 {
        get { values[metric] }
        set { values[metric] = newValue }
    }

    /// The number as it is shown.
    func count(_ metric: Figure) -> UInt64 { UInt64(max(0, self[metric])) }

    var isZero: Bool { values.numbers.allSatisfy { $0 == 0 } }
    var hasNegative: Bool { values.numbers.contains { $0 < 0 } }

    mutating func removeAll() {
        values.removeAll()
    }

    /// Adds the figures of a record; false when the bytes are not one.
    mutating func add(decoding bytes: UnsafeRawBufferPointer) -> Bool {
        var reader = VarintReader(bytes)
        while !reader.isAtEnd {
            let metric = Int(reader.byte())
            let value = reader.varint()
            guard metric < values.numbers.count, !reader.failed else { return false }
            values[raw: metric] += Int64(bitPattern: value)
        }
        return true
    }

    /// Writes the figures that are not 0, in the order of the metrics.
    func encode(to bytes: inout [UInt8]) {
        for (metric, value) in values.numbers.enumerated() where value != 0 {
            bytes.append(UInt8(truncatingIfNeeded: metric))
            bytes.append(varint: UInt64(bitPattern: value))
        }
    }
}
