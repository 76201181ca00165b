internal import AsyncHTTPClient
internal import Foundation
public import Journal
internal import NIOCore
internal import NIOHTTP1

/// An upstream behind HTTP: `docs/formats/replication.md`.
public struct HTTPUpstream: Upstream {
    /// `http://HOST:PORT`, without a path.
    public let url: String
    private let key: String

    /// The longest silence on a stream; heartbeats come twice a second.
    private static let silenceSeconds: Int64 = 5
    /// Bytes of an error answer that are read.
    private static let problemBytesMax = 64 << 10

    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(3)
        configuration.timeout.read = .seconds(silenceSeconds)
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// Reaches a node.
    ///
    /// - Parameters:
    ///   - url: `http://HOST:PORT`, without a path.
    ///   - key: an API key with the scope `replicate`.
    public init(url: String, key: String) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.key = key
    }

    /// `GET /replication/stream`.
    public func openStream(after point: JournalPoint, as follower: FollowerIdentity) async throws -> UpstreamStream {
        var path = "/replication/stream?after=\(point.position)&chain=\(point.chain)&follower=\(follower.node)"
        if let own = follower.url?.addingPercentEncoding(withAllowedCharacters: .alphanumerics) {
            path += "&url=\(own)"
        }
        if let history = follower.history { path += "&history=\(history)" }
        if let registration = follower.registration { path += "&registration=\(registration)" }
        let response = try await send(.GET, path)
        let body = Body(response.body)
        return UpstreamStream(standing: HTTPUpstream.standing(response)) { try await body.next() }
    }

    /// `POST /replication/confirm`.
    public func confirm(_ position: LogPosition, by follower: FollowerIdentity) async throws -> Bool {
        let registration = follower.registration.map { ",\"registration\":\($0)" } ?? ""
        let body = "{\"follower\":\"\(follower.node)\",\"position\":\"\(position)\"\(registration)}"
        let answer = try await send(.POST, "/replication/confirm", body: body).body
            .collect(upTo: HTTPUpstream.problemBytesMax)
        let members = try? JSONSerialization.jsonObject(with: Data(answer.readableBytesView)) as? [String: Any]
        return members?["connected"] as? Bool ?? true
    }

    /// `GET /replication/snapshot`.
    public func download(
        to path: String, progress: @Sendable (UInt64) -> Void
    ) async throws -> UpstreamStanding {
        let response = try await send(.GET, "/replication/snapshot")
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw UpstreamError.unreachable("\(path) cannot be written") }
        defer { try? file.close() }
        var bytes: UInt64 = 0
        do {
            for try await chunk in response.body {
                try file.write(contentsOf: Data(chunk.readableBytesView))
                bytes += UInt64(chunk.readableBytes)
                progress(bytes)
            }
        } catch {
            throw UpstreamError.unreachable("\(url): the snapshot broke off after \(bytes) bytes (\(error))")
        }
        return HTTPUpstream.standing(response)
    }

    /// `POST /replication/epoch`.
    public func tell(epoch: UInt64, primary: String?) async throws {
        var body = "{\"epoch\":\(epoch)"
        if let primary { body += ",\"primary\":\"\(primary)\"" }
        _ = try await send(.POST, "/replication/epoch", body: body + "}").body
            .collect(upTo: HTTPUpstream.problemBytesMax)
    }

    // MARK: Requests

    private func send(_ method: HTTPMethod, _ path: String, body: String? = nil) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body))
        }
        let response: HTTPClientResponse
        do {
            response = try await HTTPUpstream.client.execute(request, deadline: .distantFuture)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw UpstreamError.unreachable("\(url) cannot be reached: \(error)")
        }
        guard response.status.code < 300 else { throw await HTTPUpstream.error(response) }
        return response
    }

    private static func error(_ response: HTTPClientResponse) async -> UpstreamError {
        let bytes = try? await response.body.collect(upTo: problemBytesMax)
        let problem = bytes.flatMap { try? JSONSerialization.jsonObject(with: Data($0.readableBytesView)) }
        let members = problem as? [String: Any]
        let message = members?["detail"] as? String ?? "no reason given"
        guard response.status == .conflict, let code = members?["code"] as? String else {
            return .answered(status: Int(response.status.code), message: message)
        }
        if let text = response.headers.first(name: "Usher-Registration"), let registration = UInt64(text) {
            return .late(registration: registration)
        }
        return .refused(code: code, message: message, standing: standing(response))
    }

    private static func standing(_ response: HTTPClientResponse) -> UpstreamStanding {
        let position = response.headers.first(name: "Usher-Position").flatMap(LogPosition.init)
        return UpstreamStanding(
            position: position ?? LogPosition(epoch: 0, sequence: 0),
            primary: response.headers.first(name: "Usher-Primary"))
    }

    /// The bytes of an answer, piece by piece.
    ///
    /// `@unchecked Sendable`: used by one task, one call after the other.
    private final class Body: @unchecked Sendable {
        private var iterator: HTTPClientResponse.Body.AsyncIterator

        init(_ body: HTTPClientResponse.Body) {
            iterator = body.makeAsyncIterator()
        }

        func next() async throws -> [UInt8]? {
            do {
                return try await iterator.next().map { Array($0.readableBytesView) }
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                throw UpstreamError.unreachable("the connection broke off: \(error)")
            }
        }
    }
}
