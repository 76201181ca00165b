import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Asks a server; every failure becomes a ``CommandFailure`` that says what to do.
struct APIClient: Sendable {
    let base: String
    let key: String
    let tenant: String?

    static let admin = "/api/admin/invitations"

    /// Bytes of an answer that is read as one document.
    private static let documentBytesMax = 64 << 20

    /// One client for the process, which ends with it.
    ///
    /// A server that is not there fails the call at once; the caller decides to wait.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(10)
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// Sends a request and lends the answer once it is known to be a success; its body may be any length.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The path, without the query.
    ///   - query: The parameters of the query; those with nil values are left out.
    ///   - accept: The media type to ask for.
    ///   - type: The media type of the body.
    ///   - body: The body.
    /// - Returns: The answer, whose body has not been read.
    /// - Throws: ``CommandFailure`` when the server cannot be reached or does not answer with a success.
    func send(
        _ method: HTTPMethod, _ path: String, query: [(String, String?)] = [], accept: String = "application/json",
        type: String = "application/json", body: HTTPClientRequest.Body? = nil
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: base + path + APIClient.text(query))
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        request.headers.add(name: "Accept", value: accept)
        if let tenant { request.headers.add(name: "Usher-Tenant", value: tenant) }
        if let body {
            request.headers.add(name: "Content-Type", value: type)
            request.body = body
        }
        let response: HTTPClientResponse
        do {
            // Imports and exports take as long as they take.
            response = try await APIClient.http.execute(request, deadline: .distantFuture)
        } catch {
            throw CommandFailure(
                "\(base) cannot be reached: \(error). Is the server running there (--url, USHER_URL)?",
                code: Exit.unreachable)
        }
        guard (200..<300).contains(response.status.code) else { throw await failure(response) }
        return response
    }

    /// Sends a JSON object and reads the answer as JSON.
    func object(
        _ method: HTTPMethod, _ path: String, query: [(String, String?)] = [], fields: [String: Any]? = nil
    ) async throws -> [String: Any] {
        var body: HTTPClientRequest.Body?
        if let fields { body = .bytes(ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: fields))) }
        let response = try await send(method, path, query: query, body: body)
        let bytes = try await APIClient.collect(response)
        guard let object = try JSONSerialization.jsonObject(with: bytes) as? [String: Any] else {
            throw CommandFailure("\(base) answered with something that is no JSON object; is it an usher server?")
        }
        return object
    }

    /// Sends a JSON object and gives back the answer's bytes.
    func bytes(_ method: HTTPMethod, _ path: String, fields: [String: Any]? = nil) async throws -> Data {
        var body: HTTPClientRequest.Body?
        if let fields { body = .bytes(ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: fields))) }
        return try await APIClient.collect(try await send(method, path, body: body))
    }

    private static func collect(_ response: HTTPClientResponse) async throws -> Data {
        let body = try await response.body.collect(upTo: documentBytesMax)
        return Data(body.readableBytesView)
    }

    /// Makes the failure of an answer, in the server's words.
    private func failure(_ response: HTTPClientResponse) async -> CommandFailure {
        let status = response.status.code
        let bytes = try? await APIClient.collect(response)
        let object = bytes.flatMap { try? JSONSerialization.jsonObject(with: $0) } as? [String: Any]
        var text = object?["detail"] as? String ?? "the server answered \(status)"
        if let code = object?["code"] as? String { text += " (\(status) \(code))" }
        for (field, messages) in (object?["errors"] as? [String: [String]] ?? [:]).sorted(by: { $0.key < $1.key }) {
            text += "\n  \(field): \(messages.joined(separator: " "))"
        }
        return CommandFailure(text, status: status)
    }

    private static func text(_ query: [(String, String?)]) -> String {
        var allowed = CharacterSet.urlQueryAllowed
        allowed.remove(charactersIn: "&+=?#")
        let parts = query.compactMap { name, value in
            value.map { "\(name)=\($0.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")" }
        }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }
}
