import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import Testing

/// A backend that claims: enough of the API for tests of a whole server.
struct ClaimClient: Sendable {
    let url: String
    let key: String

    /// Makes a code and returns its text.
    func makeCode(places: Int) async throws -> String {
        let (status, body) = try await send(
            "POST", "/api/admin/invitations/codes", #"{"count":1,"max_uses":\#(places)}"#)
        #expect(status == 201)
        let data = try #require(body["data"] as? [[String: Any]])
        return try #require(data.first?["code"] as? String)
    }

    /// Claims; the id of the redemption, or nil when there was no answer.
    func redeem(_ code: String, _ redeemer: String) async -> Int? {
        let body = #"{"code":"\#(code)","redeemer_id":"\#(redeemer)"}"#
        guard let (status, answer) = try? await send("POST", "/api/invitations/redeem", body) else { return nil }
        guard status == 200 else { return nil }
        return (answer["redemption"] as? [String: Any])?["id"] as? Int
    }

    /// All redemptions: redeemer → ids.
    func redemptions() async throws -> [String: [Int]] {
        var found: [String: [Int]] = [:]
        var cursor: String?
        repeat {
            let query = cursor.map { "&cursor=\($0)" } ?? ""
            let (status, page) = try await send("GET", "/api/admin/invitations/redemptions?limit=5000\(query)")
            #expect(status == 200)
            for row in try #require(page["data"] as? [[String: Any]]) {
                let redeemer = try #require(row["redeemer_id"] as? String)
                found[redeemer, default: []].append(try #require(row["id"] as? Int))
            }
            cursor = page["next_cursor"] as? String
        } while cursor != nil
        return found
    }

    /// The places used of the only code.
    func usedPlaces() async throws -> Int {
        let (_, page) = try await send("GET", "/api/admin/invitations/codes")
        let data = try #require(page["data"] as? [[String: Any]])
        return try #require(data.first?["current_uses"] as? Int)
    }

    /// Longer than a busy machine takes, shorter than a test that hangs may.
    private static let patience = TimeAmount.seconds(60)

    /// Nobody listens where a server was killed: that is an answer, and not asked for again until patience ends.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// The body of a page as text.
    func text(_ path: String) async throws -> String {
        let response = try await Self.http.execute(HTTPClientRequest(url: url + path), timeout: Self.patience)
        return String(buffer: try await response.body.collect(upTo: 1 << 20))
    }

    /// Sends a request and reads the answer as JSON.
    func send(
        _ method: String, _ path: String, _ body: String? = nil
    ) async throws -> (UInt, [String: Any]) {
        let (status, _, json) = try await exchange(method, path, body)
        return (status, json)
    }

    /// Sends a request; gives status, headers by lower-case name, and the body as JSON.
    func exchange(
        _ method: String, _ path: String, _ body: String? = nil, headers more: [String: String] = [:]
    ) async throws -> (UInt, [String: String], [String: Any]) {
        var request = HTTPClientRequest(url: url + path)
        request.method = .RAW(value: method)
        request.headers.add(name: "authorization", value: "Bearer \(key)")
        for (name, value) in more { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await Self.http.execute(request, timeout: Self.patience)
        let bytes = try await response.body.collect(upTo: 64 << 20)
        let json = try? JSONSerialization.jsonObject(with: Data(buffer: bytes)) as? [String: Any]
        let headers = Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
        return (response.status.code, headers, json ?? [:])
    }
}
