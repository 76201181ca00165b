/// Remembers the keys of some tables: a key that it has not seen is in none of them.
///
/// A claim asks for a record that is nearly always absent, the place that this person does not have yet. Without a
/// filter each "no" costs a walk down LMDB's tree, a quarter of the sequencer's time.
///
/// A Bloom filter of blocks of one word (Putze, Sanders, Singler: "Cache-, Hash- and Space-Efficient Bloom Filters",
/// 2007): the high half of a hash picks the word, four pieces of the low half a bit in it. One cache line and a
/// dozen instructions an operation. At ``capacity`` keys, 12 bits each, about one "yes" in 80 is wrong; keys are
/// never forgotten.
///
/// - Invariant: ``mayContain(_:)`` is true for every hash that was inserted.
///
/// `@unchecked Sendable`: it cannot be copied, so only its one owner reaches its memory.
struct KeyFilter: ~Copyable, @unchecked Sendable {
    private static let bitsPerKey = 12

    /// The keys that it was made for.
    let capacity: Int
    /// Keys inserted, without those that looked as if they were there.
    private(set) var count = 0
    private let words: UnsafeMutablePointer<UInt64>
    private let wordCount: Int

    /// Makes an empty filter; O(capacity).
    init(capacity: Int) {
        self.init(capacity: capacity, wordCount: capacity * KeyFilter.bitsPerKey / 64 + 1, filling: 0)
    }

    /// A filter that has seen nothing and says "perhaps" to everything.
    static func everything() -> KeyFilter { KeyFilter(capacity: .max, wordCount: 1, filling: .max) }

    private init(capacity: Int, wordCount: Int, filling: UInt64) {
        precondition(wordCount <= UInt32.max, "a word is picked by 32 bits of a hash")
        self.capacity = capacity
        self.wordCount = wordCount
        words = LargeMemory.allocate(byteCount: wordCount * MemoryLayout<UInt64>.stride)
            .bindMemory(to: UInt64.self, capacity: wordCount)
        words.initialize(repeating: filling, count: wordCount)
    }

    deinit { words.deallocate() }

    /// Bytes of memory.
    var bytes: Int { wordCount * MemoryLayout<UInt64>.stride }

    /// True if a key of that hash may have been inserted.
    @inline(__always)
    func mayContain(_ hash: UInt64) -> Bool {
        let mask = KeyFilter.mask(hash)
        return words[word(hash)] & mask == mask
    }

    /// Adds a key by its hash.
    @inline(__always)
    mutating func insert(_ hash: UInt64) {
        let mask = KeyFilter.mask(hash)
        let word = word(hash)
        // Read and written apart: Swift 6.3.1 cannot compile a change in place through a pointer of a noncopyable type
        // for the thread sanitizer (swiftlang/swift#86265).
        let old = words[word]
        guard old & mask != mask else { return }
        words[word] = old | mask
        count += 1
    }

    @inline(__always)
    private func word(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: ((hash >> 32) &* UInt64(truncatingIfNeeded: wordCount)) >> 32)
    }

    @inline(__always)
    private static func mask(_ hash: UInt64) -> UInt64 {
        (1 &<< hash) | (1 &<< (hash &>> 6)) | (1 &<< (hash &>> 12)) | (1 &<< (hash &>> 18))
    }
}
