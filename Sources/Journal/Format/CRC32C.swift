/// The Castagnoli checksum of 32 bits, as iSCSI, ext4 and btrfs use it.
public enum CRC32C {
    /// The checksum of some bytes.
    ///
    /// - Complexity: O(*n*), eight bytes per step (slicing by 8), without allocation.
    public static func checksum(_ bytes: RawSpan) -> UInt32 {
        unsafe bytes.withUnsafeBytes { buffer in
            let table = unsafe Self.table.base
            var crc: UInt32 = ~0
            var index = 0
            // The loop reads whole words below `count` only, and the tables have 8 × 256 entries: no access outside.
            while index + 8 <= buffer.count {
                let word = unsafe UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                let mixed = word ^ UInt64(crc)
                crc =
                    unsafe table[1792 + Int(mixed & 0xFF)] ^ table[1536 + Int(mixed >> 8 & 0xFF)]
                    ^ table[1280 + Int(mixed >> 16 & 0xFF)] ^ table[1024 + Int(mixed >> 24 & 0xFF)]
                crc =
                    unsafe crc ^ table[768 + Int(mixed >> 32 & 0xFF)] ^ table[512 + Int(mixed >> 40 & 0xFF)]
                    ^ table[256 + Int(mixed >> 48 & 0xFF)] ^ table[Int(mixed >> 56)]
                index += 8
            }
            while index < buffer.count {
                crc = unsafe (crc >> 8) ^ table[Int((crc ^ UInt32(buffer[index])) & 0xFF)]
                index += 1
            }
            return ~crc
        }
    }

    /// Eight tables of 256: table `k` advances a byte past `k` zero bytes.
    ///
    /// - Note: Unchecked, because the memory is written before the constant is published and never after.
    @safe
    private struct Table: @unchecked Sendable {
        let base: UnsafePointer<UInt32>

        init() {
            // Lives as long as the process: one constant, never freed.
            let entries = UnsafeMutablePointer<UInt32>.allocate(capacity: 8 * 256)
            for byte in 0..<256 {
                var crc = UInt32(byte)
                for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0x82F6_3B78 }
                unsafe entries[byte] = crc
            }
            for index in 256..<(8 * 256) {
                let previous = unsafe entries[index - 256]
                unsafe entries[index] = previous >> 8 ^ entries[Int(previous & 0xFF)]
            }
            unsafe base = UnsafePointer(entries)
        }
    }

    private static let table = Table()
}
