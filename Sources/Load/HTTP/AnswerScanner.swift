import NIOCore

#if canImport(Glibc)
    import Glibc
#endif

/// Cuts what a connection receives into answers: status, and the body in whole pieces.
///
/// A body with a length is one piece. A body in chunks is a piece for every line, however the chunks are cut. Nothing
/// else of an answer is looked at.
struct AnswerScanner {
    /// A part of an answer.
    enum Event {
        /// A whole body, or a line of it; valid during the call only.
        case piece(UnsafeRawBufferPointer, status: Int)
        /// The answer is complete.
        case end(status: Int, closes: Bool)
    }

    /// Says that the bytes received are not an answer.
    struct Fault: Error {}

    private enum State {
        case head
        case sized(Int)
        case chunkSize
        case chunk(Int)
        case chunkEnd
        case trailer
    }

    /// The limit on the bytes of a head.
    private static let headBytesMax = 65_536

    private var state = State.head
    private var status = 0
    private var closes = false
    /// The beginning of a piece whose rest has not come yet.
    private var begun: [UInt8] = []

    /// Reads as far as there are whole parts.
    ///
    /// - Returns: The number of bytes read; the others must come again with more after them.
    mutating func scan(_ bytes: UnsafeRawBufferPointer, _ visit: (Event) -> Void) throws(Fault) -> Int {
        var offset = 0
        while offset < bytes.count || isComplete {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
            guard let used = try step(rest, visit) else { break }
            offset += used
        }
        return offset
    }

    /// True if a step needs no more bytes.
    private var isComplete: Bool {
        if case .sized(0) = state { true } else { false }
    }

    /// Takes one part; nil when it is not all here.
    private mutating func step(
        _ bytes: UnsafeRawBufferPointer, _ visit: (Event) -> Void
    ) throws(Fault) -> Int? {
        switch state {
        case .head: return try readHead(bytes)
        case .sized(let missing): return readSized(bytes, missing, visit)
        case .chunkSize:
            guard let line = AnswerScanner.line(bytes) else { return nil }
            guard let size = AnswerScanner.hexadecimal(bytes[..<line]) else { throw Fault() }
            state = size == 0 ? .trailer : .chunk(size)
            return line + 2
        case .chunk(let missing):
            let taken = min(missing, bytes.count)
            readLines(UnsafeRawBufferPointer(rebasing: bytes[..<taken]), visit)
            state = taken == missing ? .chunkEnd : .chunk(missing - taken)
            return taken
        case .chunkEnd:
            guard bytes.count >= 2 else { return nil }
            guard bytes[0] == 13, bytes[1] == 10 else { throw Fault() }
            state = .chunkSize
            return 2
        case .trailer:
            guard let line = AnswerScanner.line(bytes) else { return nil }
            if line == 0 { end(visit) }
            return line + 2
        }
    }

    private mutating func end(_ visit: (Event) -> Void) {
        if !begun.isEmpty {
            begun.withUnsafeBytes { visit(.piece($0, status: status)) }
            begun.removeAll(keepingCapacity: true)
        }
        state = .head
        visit(.end(status: status, closes: closes))
    }

    // MARK: Bodies

    private mutating func readSized(
        _ bytes: UnsafeRawBufferPointer, _ missing: Int, _ visit: (Event) -> Void
    ) -> Int {
        let taken = min(missing, bytes.count)
        if taken == missing, begun.isEmpty {
            if taken > 0 { visit(.piece(UnsafeRawBufferPointer(rebasing: bytes[..<taken]), status: status)) }
        } else {
            begun.append(contentsOf: bytes[..<taken])
        }
        state = .sized(missing - taken)
        if taken == missing { end(visit) }
        return taken
    }

    private mutating func readLines(_ bytes: UnsafeRawBufferPointer, _ visit: (Event) -> Void) {
        var start = 0
        while start < bytes.count, let base = bytes.baseAddress {
            guard let found = memchr(base + start, 10, bytes.count - start) else {
                begun.append(contentsOf: bytes[start...])
                return
            }
            let end = UnsafeRawPointer(found) - base
            if begun.isEmpty {
                visit(.piece(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), status: status))
            } else {
                begun.append(contentsOf: bytes[start..<end])
                begun.withUnsafeBytes { visit(.piece($0, status: status)) }
                begun.removeAll(keepingCapacity: true)
            }
            start = end + 1
        }
    }

    // MARK: Heads

    private mutating func readHead(_ bytes: UnsafeRawBufferPointer) throws(Fault) -> Int? {
        guard var end = AnswerScanner.line(bytes) else {
            guard bytes.count < AnswerScanner.headBytesMax else { throw Fault() }
            return nil
        }
        guard end >= 12, bytes.starts(with: "HTTP/1.".utf8), let status = DecimalText.number(bytes[9..<12]) else {
            throw Fault()
        }
        var length = 0
        var isChunked = false
        var closes = false
        var start = end + 2
        while true {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
            guard let found = AnswerScanner.line(rest) else {
                guard bytes.count < AnswerScanner.headBytesMax else { throw Fault() }
                return nil
            }
            end = start + found
            if found == 0 { break }
            let field = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            if let value = AnswerScanner.value("content-length:", of: field) {
                guard let number = DecimalText.number(value) else { throw Fault() }
                length = number
            } else if let value = AnswerScanner.value("transfer-encoding:", of: field) {
                isChunked = value.elementsEqual("chunked".utf8)
            } else if let value = AnswerScanner.value("connection:", of: field) {
                closes = value.elementsEqual("close".utf8)
            }
            start = end + 2
        }
        // An interim answer (1xx) has no body and another head behind it.
        guard status >= 200 else { return end + 2 }
        self.status = status
        self.closes = closes
        state = isChunked ? .chunkSize : .sized(length)
        return end + 2
    }

    /// The bytes before the next line end; nil when there is none yet.
    private static func line(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress, bytes.count >= 2 else { return nil }
        guard let found = memchr(base + 1, 10, bytes.count - 1) else { return nil }
        let end = UnsafeRawPointer(found) - base
        return bytes[end - 1] == 13 ? end - 1 : nil
    }

    /// The value of a field when it has the name, which is in lower case with its colon.
    private static func value(_ name: StaticString, of field: UnsafeRawBufferPointer) -> Slice<UnsafeRawBufferPointer>?
    {
        let count = name.utf8CodeUnitCount
        guard field.count >= count else { return nil }
        for index in 0..<count {
            let byte = field[index]
            let lower = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
            guard lower == name.utf8Start[index] else { return nil }
        }
        var value = field[count...]
        while value.first == 32 { value.removeFirst() }
        while value.last == 32 { value.removeLast() }
        return value
    }

    private static func hexadecimal(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
        var number = 0
        var count = 0
        for byte in bytes {
            if byte == UInt8(ascii: ";") { break }
            let digit: UInt8
            switch byte {
            case 48...57: digit = byte - 48
            case 65...70: digit = byte - 55
            case 97...102: digit = byte - 87
            default: return nil
            }
            guard count < 8 else { return nil }
            number = number << 4 | Int(digit)
            count += 1
        }
        return count > 0 ? number : nil
    }
}
