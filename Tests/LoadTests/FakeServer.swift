import NIOCore
import NIOPosix
import Synchronization

@testable import Load

/// A server that answers every request with what a test wants, from a closure.
final class FakeServer: Sendable {
    /// One request as it came.
    struct Request: Sendable {
        var line: String
        var body: String

        /// The redeemer that it names.
        var redeemer: String? { body.firstMatch(of: /"redeemer_id":"([^"]*)"/).map { String($0.1) } }
    }

    /// An answer, and the delay before it.
    struct Answer: Sendable {
        var text: String
        var delay = TimeAmount.zero

        /// A JSON answer.
        static func json(_ status: Int, _ body: String, delay: TimeAmount = .zero) -> Answer {
            Answer(
                text: "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)", delay: delay)
        }

        /// A granted claim.
        static func granted(id: Int, delay: TimeAmount = .zero) -> Answer {
            json(200, #"{"ok":true,"already":false,"redemption":{"id":\#(id),"code_id":1}}"#, delay: delay)
        }

        /// Nothing: the connection is closed.
        static let hangUp = Answer(text: "")
    }

    let port: Int
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let channel: any Channel

    init(_ answer: @escaping @Sendable (Request) -> Answer) async throws {
        channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FakeServerHandler(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    var endpoint: Endpoint {
        get throws { try Endpoint("http://127.0.0.1:\(port)") }
    }

    func stop() async throws {
        try await channel.close()
        try await group.shutdownGracefully()
    }
}

/// Reads requests with a length and answers them in order.
private final class FakeServerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: @Sendable (FakeServer.Request) -> FakeServer.Answer
    private var received = ""

    init(_ answer: @escaping @Sendable (FakeServer.Request) -> FakeServer.Answer) {
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += String(buffer: unwrapInboundIn(data))
        while let request = next() { reply(answer(request), context) }
    }

    private func reply(_ answer: FakeServer.Answer, _ context: ChannelHandlerContext) {
        guard !answer.text.isEmpty else { return context.close(promise: nil) }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let send = { @Sendable in
            bound.value.writeAndFlush(NIOAny(ByteBuffer(string: answer.text)), promise: nil)
        }
        if answer.delay > .zero {
            context.eventLoop.scheduleTask(in: answer.delay, send)
        } else {
            send()
        }
    }

    private func next() -> FakeServer.Request? {
        guard let head = received.firstRange(of: "\r\n\r\n") else { return nil }
        let lines = received[..<head.lowerBound]
        let length = lines.lowercased().firstMatch(of: /content-length: (\d+)/).flatMap { Int($0.1) } ?? 0
        let rest = received[head.upperBound...]
        guard rest.utf8.count >= length else { return nil }
        let body = String(decoding: rest.utf8.prefix(length), as: UTF8.self)
        let line = String(lines.prefix { $0 != "\r\n" })
        received = String(decoding: rest.utf8.dropFirst(length), as: UTF8.self)
        return FakeServer.Request(line: line, body: body)
    }
}

/// The administration of a server that keeps its redemptions in a dictionary, and may lie about them.
final class FakeAdministration: Administration, Sendable {
    /// The redemptions listed in the end.
    struct Books: Sendable {
        var redeemers: [String] = []
        var places = 1_000_000_000
        var used: Int?
        /// True if nothing is answered any more.
        var isGone = false
    }

    private let books: Mutex<Books>

    init(_ books: Books = Books()) {
        self.books = Mutex(books)
    }

    func change(_ body: (inout Books) -> Void) { books.withLock { body(&$0) } }

    func send(_ method: String, _ path: String, json: String?) async throws -> [UInt8] {
        if books.withLock({ $0.isGone }) { throw JSONRows.Fault() }
        return Array(text(method, path).utf8)
    }

    private func text(_ method: String, _ path: String) -> String {
        let books = books.withLock { $0 }
        let admin = "/api/admin/invitations"
        if path == "/metrics" { return "process_resident_memory_bytes 1000\nprocess_cpu_seconds_total 1.5\n" }
        if path == admin + "/campaigns" { return #"{"data":{"id":7}}"# }
        if method == "POST" { return #"{"data":[{"id":1,"code":"AAAA1111"}]}"# }
        if path.hasPrefix(admin + "/redemptions") {
            let rows = books.redeemers.enumerated().map { index, name in
                #"{"id":\#(index + 1),"code_id":1,"redeemer_id":"\#(name)","quantity":1,"released_at":null}"#
            }
            return #"{"data":[\#(rows.joined(separator: ","))],"next_cursor":null,"has_more":false}"#
        }
        let used = books.used ?? books.redeemers.count
        return #"{"data":[{"id":1,"code":"AAAA1111","max_uses":\#(books.places),"current_uses":\#(used),"held":0}],"#
            + #""next_cursor":null}"#
    }
}
