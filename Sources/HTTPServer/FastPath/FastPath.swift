import Engine

/// The loops that answer plain claims: a thread each, in front of the HTTP library.
final class FastPath: Sendable {
    private let loops: [FastPathLoop]

    /// Makes the loops; connections are taken when they run.
    init(
        listening socket: ListeningSocket, services: FastPathLoop.Services, threads: Int, connectionsMax: Int
    ) throws {
        let acceptor = FastPathAcceptor(socket: socket, gauge: services.meters.gauge, connectionsMax: connectionsMax)
        let first = try FastPathLoop(services: services, acceptor: acceptor)
        let others = try (1..<max(threads, 1)).map { _ in try FastPathLoop(services: services, acceptor: nil) }
        loops = [first] + others
        acceptor.loops = loops.map(\.inbox)
    }

    /// Serves until ``drain()`` was called and every connection has ended or left.
    func run() async {
        let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
        var threads: [OSThread] = []
        for (number, loop) in loops.enumerated() {
            threads.append(
                OSThread("usher-claims-\(number)") {
                    loop.run()
                    continuation.yield()
                })
        }
        var running = loops.count
        for await _ in ended {
            running -= 1
            if running == 0 { break }
        }
        // Each has said that it is done: nothing is waited for.
        for thread in threads { thread.join() }
    }

    /// Takes no more connections, answers what was begun and ends.
    func drain() {
        for loop in loops { loop.inbox.drain() }
    }
}
