#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A JSON value, for the few places where the domain looks into JSON.
///
/// Not used on the way of a claim.
public indirect enum JSONValue: Equatable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without a fraction that fits 64 bits.
    case integer(Int64)
    /// Any other number.
    case number(Double)
    /// A text.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// Members by name; their order is not kept.
    case object([String: JSONValue])

    /// Parses a JSON text; nil when it is not one.
    public init?(parsing bytes: [UInt8]) {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)) else { return nil }
        self = value
    }

    /// The value as compact JSON text, members in the order of their names.
    ///
    /// Equal values have equal texts.
    public var encoded: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("a JSON value has only finite numbers")
        }
        return Array(data)
    }
}

extension JSONValue: Codable {
    /// Reads any JSON value.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Writes the value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

/// Checks of JSON texts that are kept as they are.
enum JSONRules {
    /// Adds an error unless the text is a JSON object of a length that can be kept; the object otherwise.
    @discardableResult
    static func checkObject(_ bytes: [UInt8], _ field: String, errors: inout FieldErrors) -> [String: JSONValue]? {
        guard bytes.count <= Document.fieldBytesMax else {
            errors.add(field, "Must have at most \(Document.fieldBytesMax) bytes.")
            return nil
        }
        guard case .object(let members) = JSONValue(parsing: bytes) else {
            errors.add(field, "Must be a JSON object.")
            return nil
        }
        return members
    }
}
