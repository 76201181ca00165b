#if canImport(Glibc)
    import Glibc
#endif

/// One answer's JSON object, looked at with as little work as its question needs.
struct AnswerPiece {
    /// The HTTP status, or that of the line of a batch.
    let status: Int
    private let bytes: UnsafeRawBufferPointer

    /// The usual offset of the member that tells a replay: after `{"ok":true,`.
    private static let usualPlace = 11

    init(_ bytes: UnsafeRawBufferPointer, status: Int, isLine: Bool = false) {
        self.bytes = bytes
        self.status = isLine ? AnswerPiece.number(behind: "\"status\":", in: bytes) ?? status : status
    }

    /// True for a replay of a claim's answer, false for a first answer, nil for neither.
    var already: Bool? {
        let isSuccess = status == 200 || status == 201
        guard isSuccess else { return nil }
        let usual = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(AnswerPiece.usualPlace))
        if usual.starts(with: "\"already\":false".utf8) { return false }
        if AnswerPiece.find("\"already\":false", in: bytes) != nil { return false }
        return AnswerPiece.find("\"already\":true", in: bytes) != nil ? true : nil
    }

    /// True if the domain has refused: a decision, not an error.
    var isRefusal: Bool { AnswerPiece.find("\"ok\":false", in: bytes) != nil }

    /// The first `id` in it: that of the redemption or hold.
    var id: UInt64? { AnswerPiece.number(behind: "\"id\":", in: bytes).map { UInt64($0) } }

    /// The word for programs of a problem.
    var code: UnsafeRawBufferPointer? {
        guard let start = AnswerPiece.find("\"code\":\"", in: bytes) else { return nil }
        let rest = bytes[start...]
        guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }

    /// The offset at which a text ends in the bytes; nil when it is not there.
    private static func find(_ text: StaticString, in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        let count = text.utf8CodeUnitCount
        var start = 0
        while start + count <= bytes.count {
            let rest = bytes.count - count + 1 - start
            guard let found = memchr(base + start, Int32(text.utf8Start[0]), rest) else { return nil }
            if memcmp(found, text.utf8Start, count) == 0 { return UnsafeRawPointer(found) - base + count }
            start = UnsafeRawPointer(found) - base + 1
        }
        return nil
    }

    private static func number(behind text: StaticString, in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let start = find(text, in: bytes) else { return nil }
        return DecimalText.number(bytes[start...].prefix { $0 >= 48 && $0 <= 57 })
    }
}
