/// Makes the message for a name that is not one of a set.
public enum UnknownName {
    /// Longer names are not compared: no name that is taken is that long.
    private static let comparedBytesMax = 64

    /// `Unknown.`, and the name that was probably meant, if there is one.
    ///
    /// - Complexity: O(names × bytes²) for names of up to 64 bytes.
    public static func message(for name: String, among names: some Sequence<String>) -> String {
        guard let meant = nearest(to: name, among: names) else { return "Unknown." }
        return "Unknown. Did you mean \(meant)?"
    }

    /// The name with the fewest edits, if those are few for its length; of equal ones the first.
    ///
    /// - Complexity: O(names × bytes²) for names of up to 64 bytes.
    public static func nearest(to name: String, among names: some Sequence<String>) -> String? {
        let given = Array(name.utf8)
        guard given.count <= comparedBytesMax else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in names {
            let distance = distance(given, Array(candidate.utf8))
            let limit = min(3, max(1, min(given.count, candidate.utf8.count) / 3))
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// The fewest insertions, removals, replacements and swaps of neighbours that make one text of the other.
    ///
    /// No letter is edited twice (the restricted Damerau-Levenshtein distance): two swapped letters are one slip.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var before: [Int] = []
        var row = Array(0...right.count)
        for (index, byte) in left.enumerated() {
            var next = [index + 1]
            for column in right.indices {
                var edits = row[column] + (byte == right[column] ? 0 : 1)
                edits = min(edits, next[column] + 1, row[column + 1] + 1)
                if index > 0, column > 0, byte == right[column - 1], left[index - 1] == right[column] {
                    edits = min(edits, before[column - 1] + 1)
                }
                next.append(edits)
            }
            (before, row) = (row, next)
        }
        return row[right.count]
    }
}
