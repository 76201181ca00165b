import Configuration
import Engine

/// Looks up settings in their sources, the strongest first, and collects their faults.
struct SettingsLookup {
    /// A setting that was given somewhere.
    struct Found {
        var name: String
        var text: String
        /// 0 is the strongest source.
        var rank: Int
        var source: String
    }

    let sources: [SettingsSource]
    private(set) var errors: [String]

    /// The strongest source's text of a setting; a number counts as its text.
    mutating func find(_ name: String) -> Found? {
        let key = AbsoluteConfigKey([name])
        for (rank, source) in sources.enumerated() {
            if let value = try? source.provider.value(forKey: key, type: .string).value,
                case .string(let text) = value.content
            {
                return Found(name: name, text: text, rank: rank, source: source.name)
            }
            // A value of another kind has been noted when the file was read.
            if let value = try? source.provider.value(forKey: key, type: .int).value,
                case .int(let number) = value.content
            {
                return Found(name: name, text: String(number), rank: rank, source: source.name)
            }
        }
        return nil
    }

    /// Notes that a setting cannot be used.
    mutating func fail(_ found: Found, _ reason: String) {
        errors.append("\(found.name) (from \(found.source)) \(reason)")
    }

    /// The setting as one of a set of words; notes an error and gives nil when it is none.
    mutating func word<Word: RawRepresentable<String>>(_ found: Found, _ words: [Word]) -> Word? {
        if let word = Word(rawValue: found.text) { return word }
        fail(found, "must be one of \(words.map(\.rawValue).joined(separator: ", "))")
        return nil
    }

    /// The setting as a number in a range; notes an error and gives nil when it is none.
    mutating func number(_ found: Found, _ range: ClosedRange<Int>) -> Int? {
        if let number = Int(found.text), range.contains(number) { return number }
        fail(found, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }
}
