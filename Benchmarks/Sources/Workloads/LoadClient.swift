import NIOCore
import NIOPosix
import Synchronization

/// A closed-loop HTTP/1.1 client over many keep-alive connections, as light as a client can be: requests are made of
/// fixed parts, of an answer only status and length are looked at.
final class LoadClient: Sendable {
    /// Counts of one run.
    struct Result: Sendable {
        var answered: Int
        var succeeded: Int
        var seconds: Double
    }

    private let port: Int
    private let connections: Int
    private let makeBody: @Sendable (Int) -> String
    private let head: String
    private let requestsPerSecond: Double?

    /// - Parameters:
    ///   - port: The port of the server.
    ///   - connections: The number of connections.
    ///   - path: The path of the requests.
    ///   - key: The API key.
    ///   - requestsPerSecond: The rate at which requests begin; nil to begin one as soon as a connection is free.
    ///   - makeBody: Makes the body of a request from its number.
    init(
        port: Int, connections: Int, path: String, key: String, requestsPerSecond: Double? = nil,
        makeBody: @escaping @Sendable (Int) -> String
    ) {
        self.port = port
        self.requestsPerSecond = requestsPerSecond
        self.connections = connections
        self.makeBody = makeBody
        head =
            "POST \(path) HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer \(key)\r\n"
            + "content-type: application/json\r\ncontent-length: "
    }

    func run(requests: Int, on group: MultiThreadedEventLoopGroup) async throws -> Result {
        let shared = Shared(
            requests: requests, head: head, nanosecondsBetween: requestsPerSecond.map { 1e9 / $0 } ?? 0,
            makeBody: makeBody)
        let channels = try await withThrowingTaskGroup(of: (any Channel).self) { tasks in
            for _ in 0..<connections {
                tasks.addTask { [port] in
                    try await ClientBootstrap(group: group)
                        .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                        .channelInitializer { channel in
                            channel.eventLoop.makeCompletedFuture {
                                try channel.pipeline.syncOperations.addHandler(ClientHandler(shared))
                            }
                        }
                        .connect(host: "127.0.0.1", port: port).get()
                }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
        let elapsed = try await Workloads.seconds {
            for channel in channels { channel.pipeline.fireUserInboundEventTriggered(Go()) }
            for channel in channels { try await channel.closeFuture.get() }
        }
        return Result(
            answered: shared.answered.load(ordering: .relaxed), succeeded: shared.succeeded.load(ordering: .relaxed),
            seconds: elapsed)
    }

    fileprivate struct Go: Sendable {}

    fileprivate final class Shared: Sendable {
        let next = Atomic<Int>(0)
        let answered = Atomic<Int>(0)
        let succeeded = Atomic<Int>(0)
        let requests: Int
        let head: String
        let makeBody: @Sendable (Int) -> String
        private let nanosecondsBetween: Double
        private let start = Atomic<UInt64>(0)

        /// When a request is to begin; nil: now.
        func due(_ number: Int) -> NIODeadline? {
            guard nanosecondsBetween > 0 else { return nil }
            let now = NIODeadline.now().uptimeNanoseconds
            let (_, start) = start.compareExchange(expected: 0, desired: now, ordering: .relaxed)
            let due = (start == 0 ? now : start) + UInt64(Double(number) * nanosecondsBetween)
            return due > now ? .uptimeNanoseconds(due) : nil
        }

        init(
            requests: Int, head: String, nanosecondsBetween: Double, makeBody: @escaping @Sendable (Int) -> String
        ) {
            self.requests = requests
            self.nanosecondsBetween = nanosecondsBetween
            self.head = head
            self.makeBody = makeBody
        }
    }
}

private final class ClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let shared: LoadClient.Shared
    private var received = ByteBuffer()

    init(_ shared: LoadClient.Shared) {
        self.shared = shared
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is LoadClient.Go { send(context) }
    }

    private func send(_ context: ChannelHandlerContext) {
        let number = shared.next.add(1, ordering: .relaxed).oldValue
        guard number < shared.requests else {
            context.close(promise: nil)
            return
        }
        if let due = shared.due(number) {
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(deadline: due) { bound.value.0.send(number, bound.value.1) }
        } else {
            send(number, context)
        }
    }

    private func send(_ number: Int, _ context: ChannelHandlerContext) {
        let body = shared.makeBody(number)
        var buffer = context.channel.allocator.buffer(capacity: 512)
        buffer.writeString(shared.head)
        buffer.writeString(String(body.utf8.count))
        buffer.writeString("\r\n\r\n")
        buffer.writeString(body)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        received.writeBuffer(&buffer)
        guard let (length, status) = wholeAnswer() else { return }
        received.moveReaderIndex(forwardBy: length)
        if received.readableBytes == 0 { received.clear() }
        shared.answered.add(1, ordering: .relaxed)
        if status == UInt8(ascii: "2") { shared.succeeded.add(1, ordering: .relaxed) }
        send(context)
    }

    /// Length and first status digit of the answer, once all of it is here.
    private func wholeAnswer() -> (Int, UInt8)? {
        received.withUnsafeReadableBytes { bytes -> (Int, UInt8)? in
            guard bytes.count > 16 else { return nil }
            var length = 0
            var isChunked = false
            var lineStart = 0
            var index = 0
            while index + 1 < bytes.count {
                guard bytes[index] == 13, bytes[index + 1] == 10 else {
                    index += 1
                    continue
                }
                if index == lineStart {
                    if isChunked { return endsWithLastChunk(bytes) ? (bytes.count, bytes[9]) : nil }
                    let total = index + 2 + length
                    return bytes.count >= total ? (total, bytes[9]) : nil
                }
                if let found = contentLength(bytes[lineStart..<index]) { length = found }
                if bytes[lineStart] | 0x20 == UInt8(ascii: "t") { isChunked = true }
                index += 2
                lineStart = index
            }
            return nil
        }
    }

    /// Nothing is pipelined, so an answer in chunks ends where the received bytes end with the empty chunk.
    private func endsWithLastChunk(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 5 && bytes.suffix(5).elementsEqual("0\r\n\r\n".utf8)
    }

    private func contentLength(_ line: Slice<UnsafeRawBufferPointer>) -> Int? {
        let name = StaticString("content-length:")
        guard line.count > name.utf8CodeUnitCount else { return nil }
        var index = line.startIndex
        for offset in 0..<name.utf8CodeUnitCount {
            guard line[index] | 0x20 == name.utf8Start[offset] | 0x20 else { return nil }
            index += 1
        }
        return line[index...].reduce(0) { $1 >= 48 && $1 <= 57 ? $0 * 10 + Int($1 - 48) : $0 }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
