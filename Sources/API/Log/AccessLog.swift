import Engine
internal import Synchronization
package import Wire

/// Writes down a sample of the requests, where an operator asks for it.
///
/// A line has the path as the API declares it: neither ids nor values of a query, and no address of a client.
package final class AccessLog: Sendable {
    /// A request of the sample that has no answer yet.
    package final class Request: Sendable {
        let method: String
        let route: String
        let began: UInt64

        init(method: String, route: String, began: UInt64) {
            self.method = method
            self.route = route
            self.began = began
        }
    }

    private let log: NodeLog
    private let rate: Double
    private let requests = Atomic<UInt64>(0)
    private let clock = SystemClock()

    /// - Parameters:
    ///   - log: The log to write to.
    ///   - rate: The part of the requests that is written down, above 0 and at most 1.
    package init(_ log: NodeLog, rate: Double) {
        self.log = log
        self.rate = min(rate, 1)
    }

    /// Takes note of a request; nil for one that is not in the sample.
    ///
    /// Of n requests in a row, the rate's part is in the sample, give or take one.
    package func begin(_ method: String, _ operation: Operation?) -> Request? {
        let number = requests.add(1, ordering: .relaxed).newValue
        guard (Double(number) * rate).rounded(.down) > (Double(number - 1) * rate).rounded(.down) else { return nil }
        return Request(
            method: AccessLog.word(method), route: operation?.path ?? AccessLog.other,
            began: clock.monotonicNanoseconds())
    }

    /// The operations of single claims, by the form of their bodies.
    private static let claims = Operations.all.filter { $0.claim?.form != nil }

    /// Takes note of a single claim; nil for one that is not in the sample.
    package func begin(claim form: ClaimRequest.Form) -> Request? {
        begin("POST", AccessLog.claims.first { $0.claim?.form == form })
    }

    /// Writes down the answer to a request, where it is in the sample; `answer` begins with the status line.
    package func end(_ request: Request?, with answer: some Collection<UInt8>, traceID: TraceID?) {
        guard let request else { return }
        let digits = answer.dropFirst(AccessLog.statusOffset).prefix(3)
        end(request, status: Int(String(decoding: digits, as: UTF8.self)) ?? 0, traceID: traceID)
    }

    /// The place of the status in `HTTP/1.1 200`.
    private static let statusOffset = 9

    /// Writes down the answer to a request.
    package func end(_ request: Request, status: Int, traceID: TraceID?) {
        let nanoseconds = clock.monotonicNanoseconds() &- request.began
        log.write(
            .request, (.method, .text(request.method)), (.route, .text(request.route)), (.status, .count(status)),
            (.milliseconds, .decimal(Double(nanoseconds / 1000) / 1000)), (.traceID, traceID.map { .text($0.text) }))
    }

    static let other = "other"

    /// The methods that routes have; clients may send any word as another.
    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    static func word(_ method: String) -> String { methods.contains(method) ? method : other }
}
