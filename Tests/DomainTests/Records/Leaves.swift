import Domain
import Journal

/// The values inside of a value, each with the labels on the way to it.
struct Leaves {
    private(set) var all: [(path: [String], value: String)] = []

    init(of value: Any) { visit(value, []) }

    private mutating func visit(_ value: Any, _ path: [String]) {
        let mirror = Mirror(reflecting: value)
        if let hash = value as? FactHash { return all.append((path, hash.description)) }
        if let bytes = value as? [UInt8] { return all.append((path, hexadecimal(bytes))) }
        if let text = value as? String { return all.append((path, text)) }
        if let number = value as? any BinaryInteger { return all.append((path, "\(number)")) }
        if mirror.displayStyle == .optional {
            if let wrapped = mirror.children.first { visit(wrapped.value, path) }
            return
        }
        if mirror.children.isEmpty { return all.append((path, "\(value)")) }
        for child in mirror.children { visit(child.value, path + [child.label ?? ""]) }
    }

    /// True if a field of the page is among them: under its name, or alone.
    func has(_ field: PageField, _ value: String) -> Bool {
        var expected = value
        if let name = field.names.first(where: { "\($0.number)" == value })?.name { expected = name.plain }
        let first = String(field.name.split(separator: " ")[0]).plain
        return all.contains { path, found in
            let found = field.names.isEmpty ? found : found.plain
            guard found == expected else { return false }
            return all.count == 1 || path.contains { $0.plain.hasPrefix(first) }
        }
    }
}

extension String {
    /// Only its letters and digits, in lower case.
    var plain: String { lowercased().filter { $0.isLetter || $0.isNumber } }
}
