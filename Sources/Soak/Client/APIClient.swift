import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// Speaks HTTP to the nodes as any client does.
struct APIClient: Sendable {
    /// A time longer than any wait of the server.
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
    /// - Throws: When there was no whole answer; the outcome is unknown then.
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
