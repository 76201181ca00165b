import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// An answer of a node.
///
/// `@unchecked Sendable`: `json` is a tree of immutable Foundation values that nobody else holds.
struct Reply: @unchecked Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: ByteBuffer
    var json: [String: Any]

    var code: String { json["code"] as? String ?? json["error"] as? String ?? "" }
    var position: Position? { headers.first(name: "usher-position").flatMap(Position.init) }
    var text: String { String(buffer: body) }
    var data: [String: Any] { json["data"] as? [String: Any] ?? [:] }
    var rows: [[String: Any]] { json["data"] as? [[String: Any]] ?? [] }
    /// For evidence: short enough to read.
    var brief: String { "\(status) \(text.prefix(400))" }
}

/// A place in a node's log.
struct Position: Comparable, Hashable, Sendable, CustomStringConvertible {
    var epoch: UInt64
    var sequence: UInt64

    init?(_ text: String) {
        let parts = text.split(separator: "-")
        guard parts.count == 2, let epoch = UInt64(parts[0]), let sequence = UInt64(parts[1]) else { return nil }
        (self.epoch, self.sequence) = (epoch, sequence)
    }

    var description: String { "\(epoch)-\(sequence)" }

    static func < (left: Position, right: Position) -> Bool {
        (left.epoch, left.sequence) < (right.epoch, right.sequence)
    }
}

/// Speaks HTTP to the nodes as any client does.
struct APIClient: Sendable {
    /// Longer than any wait that the server may have.
    static let patience = TimeAmount.seconds(20)

    private let http: HTTPClient

    init() {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(3)
        configuration.httpVersion = .http1Only
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutDown() async { try? await http.shutdown() }

    /// Sends a request and reads the whole answer.
    ///
    /// - Throws: when there was no whole answer; nobody knows then what has happened.
    func send(
        _ method: String, _ url: String, _ body: String? = nil, key: String?, headers more: [String: String] = [:],
        patience: TimeAmount = APIClient.patience
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: url)
        request.method = .RAW(value: method)
        if let key { request.headers.add(name: "authorization", value: "Bearer \(key)") }
        if body != nil, more["content-type"] == nil {
            request.headers.add(name: "content-type", value: "application/json")
        }
        for (name, value) in more { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await http.execute(request, timeout: patience)
        let bytes = try await response.body.collect(upTo: 256 << 20)
        let isJSON = response.headers.first(name: "content-type")?.contains("json") ?? false
        let isOneDocument = isJSON && response.headers.first(name: "content-type")?.contains("ndjson") != true
        let json = isOneDocument ? try? JSONSerialization.jsonObject(with: Data(buffer: bytes)) as? [String: Any] : nil
        return Reply(
            status: Int(response.status.code), headers: response.headers, body: bytes, json: json ?? [:])
    }
}
