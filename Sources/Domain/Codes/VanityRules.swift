/// Which chosen texts may become codes.
enum VanityRules {
    /// Words that would pass for something official.
    static let reserved: Set<String> = Set(["ADMIN", "API", "ROOT", "SYSTEM", "NULL", "TEST"].map(normalized))

    /// Words that nobody wants on a voucher.
    static let profane: Set<String> = Set(["ASS", "FUCK", "SHIT"].map { fold(normalized($0)) })

    /// The normal form of a text that may become a code.
    ///
    /// - Throws: `conflict` with `vanity_malformed`, `vanity_reserved` or `vanity_profane`.
    static func check(_ raw: String) throws(Rejection) -> CodeText {
        guard let text = CodeText(raw: raw), text.mayBeCode else {
            throw .conflict(code: "vanity_malformed", message: CodeText.malformed)
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
