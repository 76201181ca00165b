/// Which chosen texts may become codes.
enum VanityRules {
    /// How long a vanity code may be, in normal form.
    static let lengthRange = 1...CodeText.lengthMax

    /// Words that would pass for something official.
    static let reserved: Set<String> = Set(["ADMIN", "API", "ROOT", "SYSTEM", "NULL", "TEST"].map(normalized))

    /// Words that nobody wants on a voucher.
    static let profane: Set<String> = Set(["ASS", "FUCK", "SHIT"].map { fold(normalized($0)) })

    /// The normal form of a text that may become a code.
    ///
    /// - Throws: `conflict` with `vanity_malformed`, `vanity_reserved` or `vanity_profane`.
    static func check(_ raw: String) throws(Rejection) -> CodeText {
        guard let text = CodeText(raw: raw), lengthRange.contains(text.text.utf8.count),
            text.text.utf8.allSatisfy({ CodeAlphabet.value(of: $0) != nil })
        else {
            throw .conflict(
                code: "vanity_malformed",
                message: "A code has 1 to 64 letters and digits without U; spaces, hyphens and underscores are dropped."
            )
        }
        guard !reserved.contains(text.text) else {
            throw .conflict(code: "vanity_reserved", message: "This word is reserved.")
        }
        guard !isProfane(raw, text) else {
            throw .conflict(code: "vanity_profane", message: "This word is not allowed.")
        }
        return text
    }

    /// Whole words only, so that CLASS and PASS are fine: each word between separators, and all of it together.
    private static func isProfane(_ raw: String, _ text: CodeText) -> Bool {
        let words = raw.split { $0.isWhitespace || $0 == "-" || $0 == "_" }
        return ([text.text] + words.map { normalized(String($0)) }).contains { profane.contains(fold($0)) }
    }

    private static func normalized(_ word: String) -> String {
        CodeText(raw: word)?.text ?? ""
    }

    /// Reads digits as the letters that they stand in for.
    private static func fold(_ text: String) -> String {
        String(
            decoding: text.utf8.map { byte -> UInt8 in
                switch byte {
                case UInt8(ascii: "4"): UInt8(ascii: "A")
                case UInt8(ascii: "3"): UInt8(ascii: "E")
                case UInt8(ascii: "1"): UInt8(ascii: "I")
                case UInt8(ascii: "0"): UInt8(ascii: "O")
                case UInt8(ascii: "5"): UInt8(ascii: "S")
                case UInt8(ascii: "7"): UInt8(ascii: "T")
                default: byte
                }
            }, as: UTF8.self)
    }
}
