internal import Journal

/// The hash of one record, of which the state digest is the sum.
///
/// Two lanes of 64 bits absorb table, lengths, key and value as little-endian words (the last one padded with
/// zeros); each word goes through a folded 64×64→128-bit multiplication, as in wyhash and its relatives. It is
/// made for finding divergence and corruption, not for withstanding somebody who picks records to collide.
/// The exact definition stands in `docs/formats/tables.md`; changing it is a new format version.
enum StateHash {
    private static let seedLow: UInt64 = 0x2D35_8DCC_AA6C_78A5
    private static let seedHigh: UInt64 = 0x8BB8_4B93_962E_ACC9
    private static let factorLow: UInt64 = 0x4B33_A62E_D433_D4A3
    private static let factorHigh: UInt64 = 0x4D5A_2DA5_1DE1_AA47

    /// The hash of (table, key, value).
    ///
    /// O(bytes), no allocation.
    static func record(_ table: TableID, key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) -> Hash128 {
        let header = UInt64(table.rawValue) << 48 | UInt64(key.count) << 32 | UInt64(value.count)
        var low = fold(seedLow ^ header, factorLow)
        var high = fold(seedHigh ^ header, factorHigh)
        absorb(key, &low, &high)
        absorb(value, &low, &high)
        return Hash128(low: fold(low ^ high, seedHigh), high: fold(high &+ low, seedLow))
    }

    /// The hash of a key within a table, for the overlay's index.
    ///
    /// Not stored anywhere.
    static func key(_ table: TableID, _ key: UnsafeRawBufferPointer) -> UInt64 {
        var low = seedLow ^ UInt64(table.rawValue) << 48 ^ UInt64(key.count)
        var offset = 0
        while offset + 8 <= key.count {
            low = fold(low ^ key.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian, factorLow)
            offset += 8
        }
        if offset < key.count { low = fold(low ^ tail(key, from: offset), factorLow) }
        return fold(low, factorHigh)
    }

    private static func absorb(_ bytes: UnsafeRawBufferPointer, _ low: inout UInt64, _ high: inout UInt64) {
        var offset = 0
        while offset + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
            low = fold(low ^ word, factorLow)
            high = fold(high &+ word, factorHigh)
            offset += 8
        }
        guard offset < bytes.count else { return }
        let word = tail(bytes, from: offset)
        low = fold(low ^ word, factorLow)
        high = fold(high &+ word, factorHigh)
    }

    @inline(__always)
    private static func tail(_ bytes: UnsafeRawBufferPointer, from start: Int) -> UInt64 {
        var word: UInt64 = 0
        var shift: UInt64 = 0
        var offset = start
        while offset < bytes.count {
            word |= UInt64(bytes[offset]) << shift
            shift += 8
            offset += 1
        }
        return word
    }

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
