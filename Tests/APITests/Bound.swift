import JSONText

/// The range that a schema gives numbers or lengths, as the pages write it.
struct Bound {
    var least: Int64
    var most: Int64
    var isLength: Bool

    /// Reads the keywords of a schema; nil where there is no bound, or that of every id.
    init?(_ rules: JSONObject) {
        func integer(_ keyword: String) -> Int64? {
            if case .integer(let value)? = rules[keyword] { value } else { nil }
        }
        if let most = integer("maximum") {
            self.init(least: integer("minimum") ?? 0, most: most, isLength: false)
        } else if let most = integer("maxLength") {
            self.init(least: integer("minLength") ?? 0, most: most, isLength: true)
        } else {
            return nil
        }
    }

    private init(least: Int64, most: Int64, isLength: Bool) {
        self.least = least
        self.most = most
        self.isLength = isLength
    }

    /// The range alone: `1…255`, or `255` for a length that may be 0.
    var range: String { isLength && least == 0 ? Bound.number(most) : "\(Bound.number(least))…\(Bound.number(most))" }

    /// The range and its unit.
    var text: String { isLength ? (least == 0 ? "at most " : "") + range + " characters" : range }

    /// A number as people read it.
    static func number(_ value: Int64) -> String {
        switch value {
        case .max: return "2^63 − 1"
        case 1 << 53 - 1: return "2^53 − 1"
        case 1 << 32 - 1: return "2^32 − 1"
        default: break
        }
        var text = ""
        for (index, digit) in String(value).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3) { text = "," + text }
            text = String(digit) + text
        }
        return text
    }
}
