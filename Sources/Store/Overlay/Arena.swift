/// Memory for bytes that are given up all at once: blocks that only grow, addressed by offset.
struct Arena: ~Copyable {
    /// An offset over all blocks.
    struct Address {
        var offset: UInt32
    }

    private static let blockBits = 21
    private static let blockBytes = 1 << blockBits

    private var blocks: [UnsafeMutableRawPointer] = []
    private var next = 0

    init() {}

    deinit {
        for block in blocks { block.deallocate() }
    }

    /// The bytes handed out, padding at the ends of blocks included.
    var bytes: Int { next }

    /// Hands out `count` contiguous bytes, at most ``ValueWriter/capacityMax`` or so.
    mutating func allocate(_ count: Int) -> Address {
        precondition(count <= Arena.blockBytes, "one allocation fits one block")
        if next & (Arena.blockBytes - 1) + count > Arena.blockBytes || next >> Arena.blockBits == blocks.count {
            next = (next + Arena.blockBytes - 1) & ~(Arena.blockBytes - 1)
            precondition(next < Int(UInt32.max), "a layer holds less than 4 GiB")
            if next >> Arena.blockBits == blocks.count {
                blocks.append(LargeMemory.allocate(byteCount: Arena.blockBytes))
            }
        }
        defer { next += count }
        return Address(offset: UInt32(next))
    }

    /// Where an allocation lies.
    ///
    /// Stable until ``clear()``.
    func pointer(_ address: Address) -> UnsafeMutableRawPointer {
        blocks[Int(address.offset) >> Arena.blockBits] + (Int(address.offset) & (Arena.blockBytes - 1))
    }

    /// Forgets everything.
    ///
    /// Keeps up to 32 blocks for the next use, frees the others.
    mutating func clear() {
        next = 0
        while blocks.count > 32 { blocks.removeLast().deallocate() }
    }
}
