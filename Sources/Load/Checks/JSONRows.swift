/// One page of a list.
struct JSONRows {
    /// The rows.
    var rows: [Row] = []
    /// The cursor of the next page; nil when this is the last.
    var cursor: String?

    /// The members of a redemption or a code that checks need.
    struct Row {
        var id: UInt64 = 0
        var code: UInt64?
        /// The redeemer's name, where it is of this run its number.
        var number: Int?
        var isReleased = false
        var used = 0
        var held = 0
        var places: Int?
    }

    /// A reason why an answer is not a page of a list.
    struct Fault: Error, CustomStringConvertible {
        var description: String { "The server's list is not what was expected; is it an usher server?" }
    }

    /// Reads `{"data":[{…},…],"next_cursor":…}`; members that are not needed are passed over.
    ///
    /// By hand, because a million rows are read after a run.
    init(_ bytes: [UInt8], names: RedeemerNames) throws(Fault) {
        let result = bytes.withUnsafeBytes { bytes -> Result<JSONRows, Fault> in
            var reader = Reader(bytes: bytes)
            do throws(Fault) {
                return .success(try JSONRows(&reader, names))
            } catch {
                return .failure(error)
            }
        }
        self = try result.get()
    }

    private init(_ reader: inout Reader, _ names: RedeemerNames) throws(Fault) {
        try reader.expect("{")
        while !reader.take("}") {
            let key = try reader.string()
            try reader.expect(":")
            if key.elementsEqual("data".utf8) {
                try reader.expect("[")
                while !reader.take("]") {
                    rows.append(try Row(&reader, names))
                    _ = reader.take(",")
                }
            } else if key.elementsEqual("next_cursor".utf8), reader.peek == UInt8(ascii: "\"") {
                cursor = String(decoding: try reader.string(), as: UTF8.self)
            } else {
                try reader.skip()
            }
            _ = reader.take(",")
        }
    }
}

extension JSONRows.Row {
    fileprivate init(_ reader: inout Reader, _ names: RedeemerNames) throws(JSONRows.Fault) {
        try reader.expect("{")
        while !reader.take("}") {
            let key = try reader.string()
            try reader.expect(":")
            switch key.count {
            case 2 where key.elementsEqual("id".utf8): id = UInt64(try reader.number() ?? 0)
            case 7 where key.elementsEqual("code_id".utf8): code = try reader.number().map { UInt64($0) }
            case 11 where key.elementsEqual("redeemer_id".utf8): number = names.number(of: try reader.string())
            case 11 where key.elementsEqual("released_at".utf8):
                isReleased = reader.peek == UInt8(ascii: "\"")
                try reader.skip()
            case 12 where key.elementsEqual("current_uses".utf8): used = try reader.number() ?? 0
            case 4 where key.elementsEqual("held".utf8): held = try reader.number() ?? 0
            case 8 where key.elementsEqual("max_uses".utf8): places = try reader.number()
            default: try reader.skip()
            }
            _ = reader.take(",")
        }
    }
}

/// Walks through JSON without a copy.
private struct Reader {
    let bytes: UnsafeRawBufferPointer
    var offset = 0

    /// The next byte that is no white space; 0 at the end.
    var peek: UInt8 {
        mutating get {
            while offset < bytes.count, bytes[offset] <= 32 { offset += 1 }
            return offset < bytes.count ? bytes[offset] : 0
        }
    }

    mutating func take(_ letter: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: letter) else { return false }
        offset += 1
        return true
    }

    mutating func expect(_ letter: Unicode.Scalar) throws(JSONRows.Fault) {
        guard take(letter) else { throw JSONRows.Fault() }
    }

    /// A string's bytes as they stand; escapes stay.
    mutating func string() throws(JSONRows.Fault) -> UnsafeRawBufferPointer {
        try expect("\"")
        let start = offset
        while offset < bytes.count {
            if bytes[offset] == UInt8(ascii: "\"") {
                offset += 1
                return UnsafeRawBufferPointer(rebasing: bytes[start..<(offset - 1)])
            }
            offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
        }
        throw JSONRows.Fault()
    }

    /// A whole number; nil for null.
    mutating func number() throws(JSONRows.Fault) -> Int? {
        guard peek >= 48, peek <= 57 else {
            try skip()
            return nil
        }
        let start = offset
        while offset < bytes.count, bytes[offset] >= 48, bytes[offset] <= 57 { offset += 1 }
        guard let number = DecimalText.number(bytes[start..<offset]) else { throw JSONRows.Fault() }
        return number
    }

    /// Passes over a value.
    mutating func skip() throws(JSONRows.Fault) {
        var depth = 0
        repeat {
            switch peek {
            case 0: throw JSONRows.Fault()
            case UInt8(ascii: "\""): _ = try string()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                offset += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                offset += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"): offset += 1
            default:
                while offset < bytes.count, !",]} \n\r\t:".utf8.contains(bytes[offset]) { offset += 1 }
            }
        } while depth > 0
    }
}
