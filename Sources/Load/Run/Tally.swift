/// Counts by word.
struct Tally: Sendable {
    private var entries: [(word: [UInt8], count: Int)] = []

    /// Adds to the count of a word.
    mutating func add(_ word: some Collection<UInt8>, _ count: Int = 1) {
        for index in entries.indices where entries[index].word.elementsEqual(word) {
            entries[index].count += count
            return
        }
        entries.append((Array(word), count))
    }

    /// Adds all counts of another one.
    mutating func merge(_ other: Tally) {
        for entry in other.entries { add(entry.word, entry.count) }
    }

    /// The sum of all counts.
    var sum: Int { entries.reduce(0) { $0 + $1.count } }

    /// The counts by text.
    var counts: [String: Int] {
        Dictionary(entries.map { (String(decoding: $0.word, as: UTF8.self), $0.count) }) { $0 + $1 }
    }
}
