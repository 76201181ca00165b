import Synchronization

/// Counts the answers of a node: by route, method and status, and the 503s by their reason.
package final class AnswerFigures: Sendable {
    /// A kind of answer.
    package struct Kind: Hashable, Sendable {
        /// The path as the table of operations writes it; empty where a request was for none.
        package var route: String
        package var method: String
        package var status: Int
        /// The problem's word of a 503, else empty.
        package var reason: String

        /// Names a kind; of a problem only that of a 503 is kept.
        package init(route: String, method: String, status: Int, problem: String?) {
            self.route = route
            self.method = Kind.methods.contains(method) ? method : "other"
            self.status = status
            reason = status == 503 ? problem ?? "" : ""
        }

        /// The methods with series of their own; anybody can invent others.
        private static let methods: Set = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
    }

    private let counts = Mutex<[Kind: UInt64]>([:])

    package init() {}

    /// Counts answers of a kind.
    package func add(_ kind: Kind, _ count: UInt64 = 1) { counts.withLock { $0[kind, default: 0] += count } }

    /// All counts so far, in the order of their names.
    var all: [(kind: Kind, count: UInt64)] {
        counts.withLock { $0.map { ($0.key, $0.value) } }.sorted { left, right in
            let (left, right) = (left.kind, right.kind)
            return (left.route, left.method, left.status, left.reason)
                < (right.route, right.method, right.status, right.reason)
        }
    }
}
