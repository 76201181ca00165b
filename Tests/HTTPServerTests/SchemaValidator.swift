import JSONText

@testable import API
@testable import Wire

/// Holds JSON to the schemas of the API document: the part of JSON Schema that the document uses.
///
/// A keyword that is not known here is a fault, so that no rule of the document goes unchecked.
struct SchemaValidator {
    /// The document that references lead into.
    let document: JSONTree
    /// True if members that an object's schema does not name are faults even where it allows them.
    var isStrict = true

    /// Keywords that say nothing about a value.
    private static let annotations: Set = ["description", "default", "title", "x-usher-secret", "x-usher-personal"]

    /// Finds the faults of a value by a schema, each with its place.
    func faults(_ value: JSONTree, _ schema: JSONTree, at place: String = "$") -> [String] {
        guard let rules = schema.object else { return ["\(place): the schema is no object"] }
        var faults: [String] = []
        for (keyword, rule) in rules.members where !Self.annotations.contains(keyword) {
            if let fault = check(value, keyword, rule, rules, place) {
                faults += fault
            } else {
                faults.append("\(place): the keyword \(keyword) is not known")
            }
        }
        if isStrict, rules["additionalProperties"] == nil, let properties = rules["properties"]?.object {
            for name in value.object?.members.map(\.name) ?? [] where properties[name] == nil {
                faults.append("\(place).\(name): is not documented")
            }
        }
        return faults
    }

    /// Checks a value by one rule; nil when the keyword is not known.
    private func check(
        _ value: JSONTree, _ keyword: String, _ rule: JSONTree, _ rules: JSONObject, _ place: String
    ) -> [String]? {
        func fault(if isBroken: Bool) -> [String] {
            isBroken ? ["\(place): \(value) is against \(keyword) \(rule)"] : []
        }
        switch keyword {
        case "$ref": return faults(value, target(of: rule.string ?? ""), at: place)
        case "type":
            let types = rule.array ?? [rule]
            return fault(if: !types.contains { Self.kinds(of: value).contains($0.string ?? "") })
        case "enum": return fault(if: rule.array?.contains(value) != true)
        case "anyOf":
            let all = (rule.array ?? []).map { faults(value, $0, at: place) }
            return all.contains([]) ? [] : ["\(place): is none of \(all)"]
        case "properties":
            return (value.object?.members ?? []).flatMap { name, member in
                rule.object?[name].map { faults(member, $0, at: "\(place).\(name)") } ?? []
            }
        case "required":
            guard let object = value.object else { return [] }
            return (rule.array ?? []).compactMap(\.string).filter { object[$0] == nil }.map {
                "\(place).\($0): is missing"
            }
        case "additionalProperties":
            let known = rules["properties"]?.object
            return (value.object?.members ?? []).filter { known?[$0.name] == nil }.flatMap { name, member in
                rule == false ? ["\(place).\(name): is not allowed"] : faults(member, rule, at: "\(place).\(name)")
            }
        case "items":
            return (value.array ?? []).enumerated().flatMap { faults($1, rule, at: "\(place)[\($0)]") }
        default: return checkBound(value, keyword, rule).map { fault(if: $0) }
        }
    }

    /// True if a value breaks a bound; nil when the keyword is not known.
    private func checkBound(_ value: JSONTree, _ keyword: String, _ rule: JSONTree) -> Bool? {
        switch keyword {
        case "minimum": return Self.compare(value, rule) { $0 < $1 }
        case "maximum": return Self.compare(value, rule) { $0 > $1 }
        case "minLength": return value.string.map { Self.compare(.integer(Int64($0.count)), rule) { $0 < $1 } } ?? false
        case "maxLength": return value.string.map { Self.compare(.integer(Int64($0.count)), rule) { $0 > $1 } } ?? false
        case "maxItems": return value.array.map { Self.compare(.integer(Int64($0.count)), rule) { $0 > $1 } } ?? false
        case "pattern":
            guard let text = value.string, let pattern = try? Regex(rule.string ?? "") else {
                return value.string != nil
            }
            return text.firstMatch(of: pattern) == nil
        case "format":
            guard rule == "date-time" else { return nil }
            return value.string.map { (try? TimeText.parse($0, dateMeans: .start)) == nil } ?? false
        default: return nil
        }
    }

    private static func compare(_ value: JSONTree, _ bound: JSONTree, _ isBroken: (Int64, Int64) -> Bool) -> Bool {
        guard case .integer(let number) = value, case .integer(let bound) = bound else { return false }
        return isBroken(number, bound)
    }

    private static func kinds(of value: JSONTree) -> Set<String> {
        switch value {
        case .null: ["null"]
        case .bool: ["boolean"]
        case .integer: ["integer", "number"]
        case .number: ["number"]
        case .string: ["string"]
        case .array: ["array"]
        case .object: ["object"]
        }
    }

    /// The schema that a reference leads to; an empty text, which is not a schema, where it leads nowhere.
    private func target(of reference: String) -> JSONTree {
        reference.dropFirst(2).split(separator: "/").reduce(document) { $0.object?[String($1)] ?? "" }
    }
}
