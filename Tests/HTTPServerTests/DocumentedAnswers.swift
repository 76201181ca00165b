import HTTPTypes
import JSONText
import Testing

@testable import API
@testable import Wire

/// Holds the answers that the suite gets to what the API document says of them.
enum DocumentedAnswers {
    static let document = OpenAPI.document(version: "1.2.3")

    /// The statuses of requests that are not HTTP, are too slow or have too many fields, and of faults of the server.
    private static let unlisted: Set = [408, 431, 500]

    /// About as many lines of an answer are looked at.
    private static let linesMax = 200

    /// The part of the document about an operation.
    static func item(_ operation: Operation) -> JSONObject? {
        document.object?["paths"]?.object?[operation.path]?.object?[operation.method.rawValue.lowercased()]?.object
    }

    /// The names of an operation's parameters in the head of a request.
    static func headerParameters(_ operation: Operation) -> [String] {
        (item(operation)?["parameters"]?.array ?? []).compactMap(\.object).filter { $0["in"] == "header" }
            .compactMap { $0["name"]?.string }
    }

    /// The statuses that the document names for an operation.
    static func statuses(_ operation: Operation) -> [Int] {
        (item(operation)?["responses"]?.object?.members ?? []).compactMap { Int($0.name) }
    }

    /// Records every way in which an answer is not what the document says.
    static func check(_ method: String, _ target: String, _ reply: TestServer.Reply) {
        for fault in faults(method, target, reply) {
            Issue.record("\(method) \(target) \(reply.status): \(fault): \(reply.text.prefix(2000))")
        }
    }

    static func faults(_ method: String, _ target: String, _ reply: TestServer.Reply) -> [String] {
        guard let operation = OperationTable.all.match(RequestTarget(target))?.place.operation(method) else {
            let isNothing = [400, 404, 405].contains(reply.status)
            return isNothing ? body(reply, problem()) : ["nothing is documented here"]
        }
        guard let responses = item(operation)?["responses"]?.object else { return ["the operation is not documented"] }
        guard let response = responses[String(reply.status)] else {
            return unlisted.contains(reply.status) ? body(reply, problem()) : ["the status is not documented"]
        }
        let resolved = response.object?["$ref"] == nil ? response : problem()
        return method == "HEAD" ? [] : headers(reply, resolved) + body(reply, resolved)
    }

    private static func problem() -> JSONTree {
        document.object?["components"]?.object?["responses"]?.object?["Problem"] ?? .null
    }

    /// A tag is there exactly where it is documented; nothing is called a replay where none is.
    private static func headers(_ reply: TestServer.Reply, _ response: JSONTree) -> [String] {
        let documented = Set((response.object?["headers"]?.object?.members ?? []).map { $0.name.lowercased() })
        var faults: [String] = []
        if (reply.headers["etag"] != nil) != documented.contains("etag") { faults.append("ETag") }
        for name in ["idempotent-replayed", "usher-as-of"]
        where reply.headers[name] != nil && !documented.contains(name) {
            faults.append(name)
        }
        return faults
    }

    private static func body(_ reply: TestServer.Reply, _ response: JSONTree) -> [String] {
        let type = (reply.headers["content-type"] ?? "").prefix { $0 != ";" }
        guard let content = response.object?["content"]?.object else {
            return reply.body.isEmpty ? [] : ["a body is not documented"]
        }
        guard let schema = content[String(type)]?.object?["schema"] else {
            return ["the type \(type) is not documented"]
        }
        let validator = SchemaValidator(document: document)
        switch type {
        case "application/json", "application/problem+json": return validator.faults(reply.json, schema)
        case "application/x-ndjson":
            // Of long answers a part, from the first line to the last: all lines have one writer.
            let lines = reply.body.split(separator: UInt8(ascii: "\n"))
            return stride(from: 0, to: lines.count, by: max(lines.count / linesMax, 1)).flatMap { index in
                validator.faults((try? JSONTree.parse(Array(lines[index]))) ?? .null, schema)
            }
        case "text/plain", "text/csv", "text/event-stream", "application/octet-stream": return []
        default: return ["the type \(type) is not known"]
        }
    }
}
