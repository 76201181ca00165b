/// A JSON value as a tree, for bodies of administrators' requests and for the OpenAPI document.
package enum JSONTree: Sendable {
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

extension JSONTree: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A text.
    package init(stringLiteral value: String) { self = .string(value) }
    /// An integer.
    package init(integerLiteral value: Int64) { self = .integer(value) }
    /// A truth value.
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A list.
    package init(arrayLiteral elements: JSONTree...) { self = .array(elements) }
    /// An object.
    package init(dictionaryLiteral elements: (String, JSONTree)...) {
        var object = JSONObject()
        for (name, value) in elements { object[name] = value }
        self = .object(object)
    }
}

extension JSONTree: Equatable {
    /// Compares kinds and values; texts byte by byte, numbers by the text that they were written as.
    package static func == (left: JSONTree, right: JSONTree) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.number(let left), .number(let right)), (.string(let left), .string(let right)): left.hasBytes(of: right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}

extension JSONTree {
    /// Reads one value that fills the whole text.
    package static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONTree {
        let result: Result<JSONTree, JSONError> = bytes.withUnsafeBufferPointer { bytes in
            do throws(JSONError) {
                return .success(try parse(bytes))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Reads one value that fills bytes which the caller lends for the length of the call.
    package static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) -> JSONTree {
        var scanner = JSONScanner(bytes)
        let value = try scanner.value(depth: 0)
        try scanner.expectEnd()
        return value
    }

    /// The members, when this is an object.
    package var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The decimal text, when this is an integer of any size; that of minus zero is `0`.
    package var integerText: String? {
        switch self {
        case .integer(let value): String(value)
        case .number("-0"): "0"
        case .number(let text) where !text.utf8.contains { $0 == 0x2E || $0 | 0x20 == 0x65 }: text
        default: nil
        }
    }

    /// The text, when this is a string.
    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The elements, when this is an array.
    package var array: [JSONTree]? {
        if case .array(let elements) = self { elements } else { nil }
    }
}

extension JSONScanner {
    /// Reads the next value as a tree.
    ///
    /// Of members with the same name the last one counts.
    package mutating func value(depth: Int) throws(JSONError) -> JSONTree {
        switch try kind() {
        case .null:
            try null()
            return .null
        case .bool: return .bool(try bool())
        case .string: return .string(text(try string()))
        case .number:
            let token = try number()
            let text = text(token)
            // Of the integers only minus zero is not the text of its value.
            return text == "-0" ? .number(text) : integer(token).map { .integer($0) } ?? .number(text)
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
