import Foundation
import NIOCore
import NIOPosix

/// A TCP connection that sends bytes as they are: for clients that do not keep the rules.
final class RawConnection {
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var received: [UInt8] = []
    private(set) var isEnded = false

    private init(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        iterator = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    /// Connects for the length of the call.
    static func open(_ server: TestServer, _ body: (RawConnection) async throws -> Void) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: server.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        try await channel.executeThenClose { inbound, outbound in
            try await body(RawConnection(inbound, outbound))
        }
    }

    func send(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text))
    }

    func send(_ bytes: [UInt8]) async throws {
        try await outbound.write(ByteBuffer(bytes: bytes))
    }

    /// Ends our side only.
    func finish() {
        outbound.finish()
    }

    /// Reads until the server closes.
    func readToEnd() async -> String {
        while await readMore() {}
        defer { received.removeAll() }
        return String(decoding: received, as: UTF8.self)
    }

    private func readMore() async -> Bool {
        do {
            guard let chunk = try await iterator.next(isolation: #isolation) else {
                isEnded = true
                return false
            }
            received += Array(chunk.readableBytesView)
            return true
        } catch {
            isEnded = true
            return false
        }
    }

    /// One response with a Content-Length or without a body; nil when the connection ended before.
    func response() async -> (status: Int, head: String, body: String)? {
        while true {
            if let response = takeResponse() { return response }
            guard await readMore() else { return nil }
        }
    }

    private func takeResponse() -> (status: Int, head: String, body: String)? {
        let text = received
        guard let end = text.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: text[..<end.lowerBound], as: UTF8.self)
        let length =
            head.lowercased().split(separator: "\r\n").compactMap { line -> Int? in
                guard line.hasPrefix("content-length:") else { return nil }
                return Int(line.dropFirst(15).trimmingCharacters(in: .whitespaces))
            }.first ?? 0
        guard text.count - end.upperBound >= length else { return nil }
        let body = String(decoding: text[end.upperBound..<(end.upperBound + length)], as: UTF8.self)
        received.removeFirst(end.upperBound + length)
        return (Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0, head, body)
    }
}

/// The text of a claim request.
func claimRequest(
    _ body: String, path: String = "/api/invitations/redeem", key: String = TestServer.rootKey, extra: String = ""
) -> String {
    "POST \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(key)\r\n\(extra)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
}
