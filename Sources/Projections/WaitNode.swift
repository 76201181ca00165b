/// A node of the tree that counts the times-to-redeem of one bucket.
///
/// Up to ``flatMax`` different waits stand in the node itself; beyond that it counts by the next digit and has a child
/// for each. Which of the two it is depends on its contents alone, so that equal contents are equal bytes.
enum WaitNode {
    case flat([WaitCount])
    case inner([WaitBranch])

    /// The most different waits of a flat node.
    ///
    /// A range of 256 seconds, the smallest that an inner node divides into, always fits.
    static let flatMax = 256

    private enum Tag {
        static let flat: UInt8 = 1
        static let inner: UInt8 = 2
    }

    /// The shift of the digit of a depth: 8 bits at the root, then 4 bits each.
    static func shift(_ depth: Int) -> UInt32 { UInt32(24 - 4 * depth) }

    /// The digit that a node of that depth looks at.
    @inline(__always)
    static func digit(_ wait: UInt32, _ depth: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: wait >> shift(depth)) & (depth == 0 ? 0xFF : 0x0F)
    }

    /// Reads a node whose range begins at a wait; nil when the bytes are not one.
    init?(decoding bytes: UnsafeRawBufferPointer, start: UInt32) {
        var reader = VarintReader(bytes)
        switch reader.byte() {
        case Tag.flat:
            var counts: [WaitCount] = []
            counts.reserveCapacity(bytes.count / 2)
            var wait = start
            while !reader.isAtEnd {
                wait &+= UInt32(truncatingIfNeeded: reader.varint())
                counts.append(WaitCount(wait: wait, count: reader.varint()))
            }
            self = .flat(counts)
        case Tag.inner:
            var branches: [WaitBranch] = []
            while !reader.isAtEnd {
                branches.append(
                    WaitBranch(digit: reader.byte(), count: reader.varint(), distinct: reader.varint()))
            }
            self = .inner(branches)
        default: return nil
        }
        if reader.failed { return nil }
    }

    static func encode(_ counts: ArraySlice<WaitCount>, start: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 + counts.count * 4)
        bytes.append(Tag.flat)
        var last = start
        for count in counts {
            bytes.append(varint: UInt64(count.wait - last))
            bytes.append(varint: count.count)
            last = count.wait
        }
        return bytes
    }

    static func encode(_ branches: [WaitBranch]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(Tag.inner)
        for branch in branches {
            bytes.append(branch.digit)
            bytes.append(varint: branch.count)
            bytes.append(varint: branch.distinct)
        }
        return bytes
    }
}
