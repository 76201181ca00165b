import AsyncHTTPClient
import Foundation
import JSONText
import NIOCore
import NIOHTTP1
import NIOSSL
import Replication
import Synchronization

/// Asks a server; every failure becomes a ``CommandFailure`` that says what to do.
struct APIClient: Sendable {
    let base: String
    /// The key to show; nil where none was given.
    let key: String?
    /// The place that the key came from.
    let keySource: String
    let tenant: String?
    let timeoutSeconds: Int
    /// The connections, and whom they trust.
    var http = APIClient.standard

    static let admin = "/api/admin/invitations"
    static let user = "/api/invitations"

    /// Bytes of an answer that is read as one document.
    private static let documentBytesMax = 1 << 30

    /// Seconds without a byte after which the other side of a long transfer counts as gone.
    private static let silenceSeconds: Int64 = 600

    /// One client for the process, which ends with it.
    ///
    /// A server that is not there fails the call at once; the caller decides to wait.
    private static let standard = makeHTTP(trusting: nil)

    /// The clients of this process, which last as long as it does: the library ends a process that lets go of one.
    private static let kept = Mutex<[HTTPClient]>([])

    /// Makes a client that trusts those authorities; nil for those of the machine.
    static func makeHTTP(trusting roots: NIOSSLTrustRoots?) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = UpstreamClient.tls(trusting: roots)
        configuration.timeout.connect = .seconds(NetworkFault.connectSeconds)
        configuration.timeout.read = .seconds(silenceSeconds)
        configuration.timeout.write = .seconds(silenceSeconds)
        configuration.connectionPool.retryConnectionEstablishment = false
        // No answer of a server points elsewhere, and a key is shown to nobody but the server that was named.
        configuration.redirectConfiguration = .disallow
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        kept.withLock { $0.append(client) }
        return client
    }

    /// A request beside its method, path and body.
    struct Terms: Sendable {
        /// The media type to ask for.
        var accept = "application/json"
        /// The media type of the body.
        var type = "application/json"
        /// The key under which it can be repeated.
        var creation: CreationKey?
        /// The version that it changes.
        var tag: String?
        /// True if the work takes as long as its data is.
        var isLong = false
        /// Statuses that are answers, beside those of success.
        var accepted: Set<UInt> = []
    }

    /// Sends a request and lends the answer once it is known to be a success; its body may be any length.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The path, without the query.
    ///   - query: The parameters of the query; those with nil values are left out.
    ///   - terms: The fields, and the care that it needs.
    ///   - body: The body.
    /// - Returns: The answer, whose body has not been read.
    /// - Throws: ``CommandFailure`` when the server cannot be reached or does not answer with a success.
    func send(
        _ method: HTTPMethod, _ path: String, query: [(String, String?)] = [], _ terms: Terms = Terms(),
        body: HTTPClientRequest.Body? = nil
    ) async throws -> HTTPClientResponse {
        // To a server of an earlier version an empty filter is none, and a script's empty variable would mean everything.
        if let (name, _) = query.first(where: { $0.1?.isEmpty == true }) {
            throw CommandFailure("\(name) must not be empty.", code: Exit.usage)
        }
        var request = HTTPClientRequest(url: base + path + APIClient.text(query))
        request.method = method
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        request.headers.add(name: "Accept", value: terms.accept)
        if let tenant { request.headers.add(name: "Usher-Tenant", value: tenant) }
        if let creation = terms.creation { request.headers.add(name: "Idempotency-Key", value: creation.text) }
        if let tag = terms.tag { request.headers.add(name: "If-Match", value: tag) }
        if let body {
            request.headers.add(name: "Content-Type", value: terms.type)
            request.body = body
        }
        let response: HTTPClientResponse
        do {
            response = try await http.execute(
                request, deadline: terms.isLong ? .distantFuture : .now() + .seconds(Int64(timeoutSeconds)))
        } catch let failure as CommandFailure {
            // The body could not be read on: that is no fault of the network.
            throw failure
        } catch {
            throw await NetworkFault.of(error, url: base).failure(base, timeoutSeconds: timeoutSeconds)
        }
        let status = response.status.code
        guard (200..<300).contains(status) || terms.accepted.contains(status) else { throw await failure(response) }
        return response
    }

    /// Sends a JSON object, or nothing, and reads the answer as JSON.
    func document(
        _ method: HTTPMethod, _ path: String, query: [(String, String?)] = [], _ terms: Terms = Terms(),
        fields: JSONObject? = nil
    ) async throws -> APIAnswer {
        let body = fields.map { HTTPClientRequest.Body.bytes(ByteBuffer(bytes: JSONTree.object($0).text)) }
        let response = try await send(method, path, query: query, terms, body: body)
        let bytes = try await collect(response)
        guard let tree = try? JSONTree.parse(bytes), tree.object != nil else {
            throw CommandFailure("\(base) answered with something that is no JSON object; is it an usher server?")
        }
        return APIAnswer(
            bytes: bytes, tree: tree, tag: response.headers.first(name: "ETag"),
            isReplayed: response.headers.contains(name: "Idempotent-Replayed"))
    }

    /// Reads an answer to its end.
    func collect(_ response: HTTPClientResponse) async throws -> [UInt8] {
        do {
            return Array(buffer: try await response.body.collect(upTo: APIClient.documentBytesMax))
        } catch {
            throw NetworkFault.lost.failure(base, timeoutSeconds: timeoutSeconds)
        }
    }

    /// Walks the pieces of an answer of any length, to the end or as long as the closure wants more.
    ///
    /// - Throws: ``CommandFailure`` when the connection is lost on the way, and what the closure throws.
    func read(_ response: HTTPClientResponse, _ take: (ByteBuffer) throws -> Bool) async throws {
        var pieces = response.body.makeAsyncIterator()
        while true {
            let piece: ByteBuffer?
            do {
                piece = try await pieces.next()
            } catch {
                throw NetworkFault.lost.failure(base, timeoutSeconds: timeoutSeconds)
            }
            guard let piece, try take(piece) else { return }
        }
    }

    /// Makes the failure of an answer, in the server's words.
    private func failure(_ response: HTTPClientResponse) async -> CommandFailure {
        let status = response.status.code
        let bytes = (try? await collect(response)) ?? []
        guard let problem = (try? JSONTree.parse(bytes))?.object, let code = problem["code"]?.string else {
            return await NetworkFault.strange(status: status, url: base)
        }
        var text = problem["detail"]?.string ?? "the server answered \(status)"
        if status == 401 { text = "the key in \(keySource) is not known at \(base)." }
        if status == 421 {
            let primary = response.headers.first(name: "Usher-Primary")
            text = "\(base) does not decide: it is not the primary."
            if let primary { text += " The primary is at \(primary) (--url, USHER_URL)." }
        }
        text += " (\(status) \(code))"
        let errors = (problem["errors"]?.object?.members ?? []).sorted { $0.name < $1.name }
        for (field, messages) in errors {
            let words = (messages.array ?? []).compactMap(\.string).joined(separator: " ")
            text += "\n  \(field): \(words)"
        }
        var failure = CommandFailure(text, status: status)
        failure.problem = code
        failure.fields = errors.map(\.name)
        return failure
    }

    private static func text(_ query: [(String, String?)]) -> String {
        let parts = query.compactMap { name, value in value.map { "\(name)=\(escaped($0))" } }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }

    /// A text as a part of a path or a value of a query.
    static func escaped(_ text: String) -> String {
        var allowed = CharacterSet.urlPathAllowed
        allowed.remove(charactersIn: "&+=?#/;")
        return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    }
}
