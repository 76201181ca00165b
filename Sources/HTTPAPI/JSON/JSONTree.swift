import NIOCore

/// A JSON value as a tree: what the administration routes read, and what documents are built of.
enum JSONTree: Equatable, Sendable {
    case null
    case bool(Bool)
    /// An integer that fits in 64 bits.
    case integer(Int64)
    /// Any other number, as it was written.
    case number(String)
    case string(String)
    case array([JSONTree])
    case object(JSONObject)
}

/// The members of a JSON object in the order in which they came.
struct JSONObject: Equatable, Sendable {
    /// Name and value; names are unique.
    private(set) var members: [(name: String, value: JSONTree)] = []

    static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count
            && left.members.allSatisfy { member in right[member.name] == member.value }
    }

    /// The value of a member.
    ///
    /// Setting nil removes it. O(members).
    subscript(name: String) -> JSONTree? {
        get { members.last { $0.name == name }?.value }
        set {
            let index = members.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append((name, value))
            case (nil, nil): break
            }
        }
    }
}

extension JSONTree: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int64) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: JSONTree...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSONTree)...) {
        var object = JSONObject()
        for (name, value) in elements { object[name] = value }
        self = .object(object)
    }
}

extension JSONTree {
    /// Reads one value that fills the whole text.
    static func parse(_ buffer: ByteBuffer) throws(JSONError) -> JSONTree {
        try buffer.withScanner { (scanner) throws(JSONError) in
            let value = try scanner.value(depth: 0)
            try scanner.expectEnd()
            return value
        }
    }

    /// The JSON text of this value.
    var text: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return Array(writer.buffer.readableBytesView)
    }

    /// The members, when this is an object.
    var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The text, when this is a string.
    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The elements, when this is an array.
    var array: [JSONTree]? {
        if case .array(let elements) = self { elements } else { nil }
    }
}

extension JSONScanner {
    /// Reads the next value as a tree.
    ///
    /// Of members with the same name the last one counts.
    mutating func value(depth: Int) throws(JSONError) -> JSONTree {
        switch try kind() {
        case .null:
            try null()
            return .null
        case .bool: return .bool(try bool())
        case .string: return .string(text(try string()))
        case .number:
            let token = try number()
            return integer(token).map { .integer($0) } ?? .number(text(token))
        case .array:
            guard depth < JSONScanner.depthMax else { throw failure("nested too deeply") }
            try expect(UInt8(ascii: "["))
            var elements: [JSONTree] = []
            if take(UInt8(ascii: "]")) { return .array(elements) }
            repeat { elements.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
            try expect(UInt8(ascii: "]"))
            return .array(elements)
        case .object:
            guard depth < JSONScanner.depthMax else { throw failure("nested too deeply") }
            try expect(UInt8(ascii: "{"))
            var object = JSONObject()
            if take(UInt8(ascii: "}")) { return .object(object) }
            repeat {
                let name = text(try string())
                try expect(UInt8(ascii: ":"))
                object[name] = try value(depth: depth + 1)
            } while take(UInt8(ascii: ","))
            try expect(UInt8(ascii: "}"))
            return .object(object)
        }
    }
}

extension ByteBuffer {
    /// Lends the readable bytes to a scanner for the length of the call.
    func withScanner<Result>(
        _ body: (inout JSONScanner) throws(JSONError) -> Result
    ) throws(JSONError) -> Result {
        let result: Swift.Result<Result, JSONError> = withUnsafeReadableBytes { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { bytes in
                var scanner = JSONScanner(bytes)
                do throws(JSONError) {
                    return .success(try body(&scanner))
                } catch {
                    return .failure(error)
                }
            }
        }
        return try result.get()
    }
}
