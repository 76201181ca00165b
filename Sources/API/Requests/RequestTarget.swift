import Domain
import JSONText
package import Wire

/// The target of a request line: the path in segments, and the query.
///
/// The one place that reads a request target, for all ways that a request can take. Both forms that clients send are
/// read: `/path?query`, and `http://host/path?query` (or `https`), whose host is not looked at. No other form is a path
/// of this server: `ftp://host/path`, `path`, `*`. The path is cut at each
/// `/` first and percent-decoded after, so that `%72edeem` is `redeem` and `%2F` never separates. Nothing is folded:
/// an empty segment (`//`, a `/` at the end), `.` and `..` are segments like any other, and no route has them.
package struct RequestTarget: Sendable {
    /// The path as it was sent, with its leading `/`.
    package let path: String
    /// The query as it was sent, without the `?`.
    package let query: String?

    /// Path and query, as they were sent, without scheme and host; `*` where there is no path of this server.
    ///
    /// Every reader reads it as this one does: no reader takes off a scheme that this one does not know.
    package var text: String { isPath ? path + (query.map { "?" + $0 } ?? "") : "*" }

    private var isPath: Bool { path.utf8.first == UInt8(ascii: "/") }

    /// Reads the target of a request line.
    package init(_ target: String) {
        var rest = Substring(target)
        if !rest.utf8.starts(with: [UInt8(ascii: "/")]), let end = RequestTarget.endOfAuthority(target) {
            rest = target[end...]
        }
        let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?"))
        query = mark.map { String(rest[rest.utf8.index(after: $0)...]) }
        let path = rest[..<(mark ?? rest.endIndex)]
        self.path = path.isEmpty && rest.startIndex != target.startIndex ? "/" : String(path)
    }

    /// Where the path begins in `http://authority/path`; nil for another form.
    private static func endOfAuthority(_ target: String) -> String.Index? {
        for scheme in ["http://", "https://"] {
            let head = target.utf8.prefix(scheme.utf8.count)
            guard String(Substring(head)).lowercased().hasBytes(of: scheme) else { continue }
            let rest = target.utf8[head.endIndex...]
            // A target without a host is not a path: a server must not guess the host (RFC 9110, 4.2.1).
            guard let first = rest.first, first != UInt8(ascii: "/"), first != UInt8(ascii: "?") else { return nil }
            return rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? target.endIndex
        }
        return nil
    }

    /// The path's segments, decoded; nil where an escape is broken or the bytes are not UTF-8.
    var segments: [String]? {
        guard isPath else { return nil }
        var segments: [String] = []
        for part in path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let segment = RequestTarget.decoded(part) else { return nil }
            segments.append(segment)
        }
        return segments
    }

    /// The query's parameters in their order, names and values percent-decoded; `+` is a plus sign.
    ///
    /// - Throws: 422 when an escape is broken or the bytes are not UTF-8.
    func parameters() throws(Problem) -> [(name: String, value: String)] {
        guard let query else { return [] }
        var parameters: [(name: String, value: String)] = []
        for part in query.utf8.split(separator: UInt8(ascii: "&")) {
            let sign = part.firstIndex(of: UInt8(ascii: "="))
            let value = sign.map { part[part.index(after: $0)...] } ?? part[part.endIndex...]
            guard let name = RequestTarget.decoded(part[..<(sign ?? part.endIndex)]),
                let text = RequestTarget.decoded(value)
            else { throw .invalid(field: String(Substring(part)), "Must be percent-encoded UTF-8.") }
            parameters.append((name, text))
        }
        return parameters
    }

    /// The query's parameters, all of which the route has, each once and with a value.
    ///
    /// An empty value is refused: an empty variable of a script must never mean "all".
    ///
    /// A probe takes what it knows and passes over the rest: a node is not ill because of what a prober appends.
    package func parameters(knownTo operation: Operation) throws(Problem) -> [String: String] {
        guard query != nil else { return [:] }
        if operation.isProbe { return probed(operation) }
        var known: [String: String] = [:]
        var errors = FieldErrors()
        for (name, value) in try parameters() {
            let own = operation.query.first { $0.name.hasBytes(of: name) }
            if own == nil {
                errors[name] = [UnknownName.message(for: name, among: operation.query.map(\.name))]
            } else if known.updateValue(value, forKey: name) != nil {
                errors[name] = ["Must be sent only once."]
            } else if value.isEmpty {
                errors[name] = ["Must not be empty; leave it out for none."]
            }
        }
        guard errors.isEmpty else { throw .invalid(errors) }
        return known
    }

    private func probed(_ operation: Operation) -> [String: String] {
        var known: [String: String] = [:]
        for (name, value) in (try? parameters()) ?? []
        where operation.query.contains(where: { $0.name.hasBytes(of: name) }) {
            known[name] = value
        }
        return known
    }

    private static func decoded(_ text: Substring.UTF8View) -> String? {
        guard text.contains(where: { $0 == UInt8(ascii: "%") || $0 >= 0x80 }) else {
            return String(Substring(text))
        }
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(JSONScanner.hexValue),
                    let low = rest.popFirst().flatMap(JSONScanner.hexValue)
                else { return nil }
                bytes.append(UInt8(high << 4 | low))
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
