import NIOCore
import NIOPosix
import Synchronization

/// A link between two nodes that can be slow, silent or cut, and can deliver an old request once more.
final class Link: Sendable {
    let name: String
    let port: Int
    /// Where it leads.
    let target: Int
    private let channel: any Channel
    private let state: Mutex<State>

    private struct State {
        var dice: Dice
        var delayMillisecondsMax = 0
        var cutPerThousand = 0
        var isHeld = false
        var pipes: [ObjectIdentifier: LinkPipe] = [:]
        /// The beginnings of requests that have passed, newest last.
        var oldRequests: [ByteBuffer] = []
    }

    private static let oldRequestsMax = 32

    private init(name: String, target: Int, channel: any Channel, seed: UInt64) {
        (self.name, self.target, self.channel) = (name, target, channel)
        port = channel.localAddress?.port ?? 0
        state = Mutex(State(dice: Dice(seed: seed, lane: "link " + name)))
    }

    /// Listens on a free port and passes everything on to a port of this machine.
    static func start(name: String, to target: Int, seed: UInt64) async throws -> Link {
        let box = Box()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: false)
            .childChannelInitializer { inbound in
                guard let link = box.link.withLock({ $0 }) else {
                    return inbound.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
                }
                return inbound.eventLoop.makeCompletedFuture { try LinkPipe.accept(inbound, of: link) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let link = Link(name: name, target: target, channel: channel, seed: seed)
        box.link.withLock { $0 = link }
        return link
    }

    private final class Box: Sendable {
        let link = Mutex<Link?>(nil)
    }

    var url: String { "http://127.0.0.1:\(port)" }

    // MARK: Faults

    /// Delays every piece by a random time, and cuts so many connections in a thousand pieces.
    func set(delayMillisecondsMax delay: Int, cutPerThousand cut: Int) {
        state.withLock { state in
            state.delayMillisecondsMax = delay
            state.cutPerThousand = cut
        }
    }

    /// Holds everything back that is sent from now on, new connections too.
    func hold() { state.withLock { $0.isHeld = true } }

    /// Delivers what was held back, also of connections that were given up meanwhile, and is a good line again.
    func heal() {
        let pipes = state.withLock { state in
            state.isHeld = false
            state.delayMillisecondsMax = 0
            state.cutPerThousand = 0
            return Array(state.pipes.values)
        }
        for pipe in pipes { pipe.resume() }
    }

    /// Cuts every connection; what was held back is lost.
    func cut() {
        let pipes = state.withLock { Array($0.pipes.values) }
        for pipe in pipes { pipe.cut() }
    }

    /// Delivers an old request once more, as a network with a late copy does; nothing is done with its answer.
    ///
    /// - Returns: false when none has passed yet.
    func repeatOldRequest(listening: Duration) async -> Bool {
        let request = state.withLock { state in state.dice.pick(state.oldRequests) }
        guard let request else { return false }
        let channel = try? await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: target).get()
        guard let channel else { return false }
        try? await channel.writeAndFlush(request)
        await pause(listening)
        try? await channel.close()
        return true
    }

    func stop() async {
        cut()
        try? await channel.close()
    }

    // MARK: For pipes

    var isHeld: Bool { state.withLock { $0.isHeld } }

    func enter(_ pipe: LinkPipe) { state.withLock { $0.pipes[ObjectIdentifier(pipe)] = pipe } }
    func leave(_ pipe: LinkPipe) { state.withLock { _ = $0.pipes.removeValue(forKey: ObjectIdentifier(pipe)) } }

    func remember(request: ByteBuffer) {
        state.withLock { state in
            state.oldRequests.append(request)
            if state.oldRequests.count > Link.oldRequestsMax { state.oldRequests.removeFirst() }
        }
    }

    /// Chooses the fate of the next piece.
    func fate() -> (isCut: Bool, delayMilliseconds: Int) {
        state.withLock { state in
            let isCut = state.dice.number(0...999) < state.cutPerThousand
            return (isCut, state.dice.number(0...state.delayMillisecondsMax))
        }
    }
}
