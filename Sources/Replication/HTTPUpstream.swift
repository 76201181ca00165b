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
    private let client: UpstreamClient

    /// Bytes of an error answer that are read.
    private static let problemBytesMax = 64 << 10

    /// Reaches a node.
    ///
    /// - Parameters:
    ///   - url: `http://HOST:PORT`, without a path.
    ///   - key: an API key with the scope `replicate`.
    ///   - client: The way to it, and whom it trusts.
    public init(url: String, key: String, client: UpstreamClient = .standard) {
        self.client = client
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
        let body = Body(response.body, of: url)
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
        let body = Body(response.body, of: url)
        while let chunk = try await HTTPUpstream.part(body, after: bytes) {
            do {
                try file.write(contentsOf: Data(chunk))
            } catch {
                throw UpstreamError.unreachable(HTTPUpstream.cannotWrite(path, error))
            }
            bytes += UInt64(chunk.count)
            progress(bytes)
        }
        return HTTPUpstream.standing(response)
    }

    private static func part(_ body: Body, after bytes: UInt64) async throws -> [UInt8]? {
        do {
            return try await body.next()
        } catch UpstreamError.unreachable(let reason) {
            throw UpstreamError.unreachable("the snapshot broke off after \(bytes) bytes: \(reason)")
        }
    }

    /// Why a file cannot be written; a file system that is full is the most likely reason, and named.
    private static func cannotWrite(_ path: String, _ error: any Error) -> String {
        let codes = [(error as NSError), (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError]
        let isFull = codes.compactMap { $0 }.contains { error in
            error.domain == NSPOSIXErrorDomain && [ENOSPC, EDQUOT].contains(Int32(error.code))
                || error.domain == NSCocoaErrorDomain && error.code == CocoaError.fileWriteOutOfSpace.rawValue
        }
        return isFull
            ? "there is no room for the snapshot: the file system of \(path) is full" : "\(path) cannot be written"
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
            response = try await client.http.execute(request, deadline: .distantFuture)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw UpstreamError.unreachable(await NetworkFault.of(error, url: url).reason(url))
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
        private let url: String

        init(_ body: HTTPClientResponse.Body, of url: String) {
            self.url = url
            iterator = body.makeAsyncIterator()
        }

        func next() async throws -> [UInt8]? {
            do {
                return try await iterator.next().map { Array($0.readableBytesView) }
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                let fault = NetworkFault.known(in: error) ?? .lost
                throw UpstreamError.unreachable(fault.reason(url))
            }
        }
    }
}
