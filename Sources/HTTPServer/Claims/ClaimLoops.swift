import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// The claim loops of a server, one for each event loop.
final class ClaimLoops: Sendable {
    private let loops: [ObjectIdentifier: NIOLoopBound<ClaimLoop>]

    /// Makes one on every event loop of the group.
    init(group: any EventLoopGroup, services: ClaimLoop.Services) async throws {
        var loops: [ObjectIdentifier: NIOLoopBound<ClaimLoop>] = [:]
        for eventLoop in group.makeIterator() {
            loops[ObjectIdentifier(eventLoop)] = try await eventLoop.submit {
                let loop = ClaimLoop(eventLoop: eventLoop, services: services)
                loop.start()
                return NIOLoopBound(loop, eventLoop: eventLoop)
            }.get()
        }
        self.loops = loops
    }

    /// The claim loop of an event loop.
    ///
    /// - Precondition: called on that event loop, which belongs to the group.
    func loop(for eventLoop: any EventLoop) -> ClaimLoop {
        guard let loop = loops[ObjectIdentifier(eventLoop)] else {
            preconditionFailure("a connection belongs to an event loop of the server's group")
        }
        return loop.value
    }

    /// Tells every loop that the server drains.
    func drain() {
        for loop in loops.values { loop.execute { $0.drain() } }
    }

    /// Ends the loops' watch over deadlines.
    func stop() {
        for loop in loops.values { loop.execute { $0.stop() } }
    }
}
