import HTTPTypes
import JSONText
import Wire

/// Finds the operation at a request's path, for claims and all others alike: the one recogniser of paths.
///
/// A path matches exactly or not at all. Where a segment fits both a constant and a parameter, the constant wins.
package struct OperationTable: Sendable {
    /// A path and the routes that it has, one for each method.
    package struct Place: Sendable {
        /// The path as the table writes it, with its parameters in braces.
        package let path: String
        fileprivate(set) var operations: [Operation]

        /// The route of a method; a route of GET also answers HEAD.
        package func operation(_ method: String) -> Operation? {
            let method = method == "HEAD" ? "GET" : method
            return operations.first { $0.method.rawValue == method }
        }

        /// The methods, for a 405.
        package var allow: String { operations.map(\.method.rawValue).sorted().joined(separator: ", ") }

        fileprivate var segments: [Substring] {
            path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        }
    }

    /// A place, and the values of its parameters in this request.
    package struct Match: Sendable {
        package let place: Place
        /// The request's path in its one spelling: decoded, without host and query.
        package let path: String
        package let parameters: [String: String]
    }

    /// The table of all operations of the API.
    package static let all = OperationTable(Operations.all)

    /// Paths without parameters.
    private var constant: [ByteName: Place] = [:]
    /// Paths with parameters.
    private var patterns: [Place] = []

    /// Sorts routes by their paths.
    package init(_ operations: [Operation]) {
        var places: [Place] = []
        for operation in operations {
            if let index = places.firstIndex(where: { $0.path == operation.path }) {
                places[index].operations.append(operation)
            } else {
                places.append(Place(path: operation.path, operations: [operation]))
            }
        }
        for place in places {
            if place.path.contains("{") { patterns.append(place) } else { constant[ByteName(place.path)] = place }
        }
    }

    /// Finds the place at a path; nil when there is none.
    ///
    /// - Complexity: one look-up for a path that is written as the table writes it, else O(paths with parameters).
    package func match(_ target: RequestTarget) -> Match? {
        if let place = constant[ByteName(target.path)] { return Match(place: place, path: place.path, parameters: [:]) }
        guard let segments = target.segments else { return nil }
        // Decoded segments name a constant path only if none of them has a slash of its own.
        if target.path.utf8.contains(UInt8(ascii: "%")), !segments.contains(where: { $0.utf8.contains(0x2F) }),
            let place = constant[ByteName("/" + segments.joined(separator: "/"))]
        {
            return Match(place: place, path: place.path, parameters: [:])
        }
        for place in patterns {
            if let parameters = OperationTable.parameters(of: segments, in: place) {
                return Match(place: place, path: "/" + segments.joined(separator: "/"), parameters: parameters)
            }
        }
        return nil
    }

    private static func parameters(of segments: [String], in place: Place) -> [String: String]? {
        let pattern = place.segments
        guard pattern.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (own, given) in zip(pattern, segments) {
            if own.hasPrefix("{") {
                guard !given.isEmpty else { return nil }
                parameters[String(own.dropFirst().dropLast())] = given
            } else if !given.hasBytes(of: String(own)) {
                return nil
            }
        }
        return parameters
    }
}
