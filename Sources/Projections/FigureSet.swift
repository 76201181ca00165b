/// One number for each ``Figure``.
struct FigureSet: Equatable {
    private var values = [Int64](repeating: 0, count: Figure.count)

    subscript(metric: Figure) -> Int64 {
        get { values[Int(metric.rawValue)] }
        set { values[Int(metric.rawValue)] = newValue }
    }

    /// The number as it is shown.
    func count(_ metric: Figure) -> UInt64 { UInt64(max(0, self[metric])) }

    var isZero: Bool { values.allSatisfy { $0 == 0 } }
    var hasNegative: Bool { values.contains { $0 < 0 } }

    mutating func removeAll() {
        for index in values.indices { values[index] = 0 }
    }

    /// Adds the figures of a record; false when the bytes are not one.
    mutating func add(decoding bytes: UnsafeRawBufferPointer) -> Bool {
        var reader = VarintReader(bytes)
        while !reader.isAtEnd {
            let metric = Int(reader.byte())
            let value = reader.varint()
            guard metric < values.count, !reader.failed else { return false }
            values[metric] += Int64(bitPattern: value)
        }
        return true
    }

    /// Writes the figures that are not 0, in the order of the metrics.
    func encode(to bytes: inout [UInt8]) {
        for (metric, value) in values.enumerated() where value != 0 {
            bytes.append(UInt8(truncatingIfNeeded: metric))
            bytes.append(varint: UInt64(bitPattern: value))
        }
    }
}
