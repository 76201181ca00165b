#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Memory for large tables that are read at random: on huge pages where the system has them.
///
/// A layer's index spans thousands of small pages, more than the processor's translation cache holds.
enum LargeMemory {
    /// The size of a huge page; smaller runs come from the ordinary heap.
    static let pageBytes = 2 << 20

    /// Allocates uninitialised memory; free it with ``UnsafeMutableRawPointer/deallocate()``.
    static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
        guard byteCount >= pageBytes else { return .allocate(byteCount: byteCount, alignment: 16) }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: pageBytes)
        #if os(Linux)
            // Advice: where it is not taken, the memory works as any other.
            _ = madvise(memory, byteCount & ~(pageBytes - 1), MADV_HUGEPAGE)
        #endif
        return memory
    }
}
