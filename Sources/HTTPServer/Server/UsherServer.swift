public import API
public import Engine
import HummingbirdCore
public import Logging
public import NIOCore
import NIOPosix
import Replication
public import ServiceLifecycle

/// The HTTP API on one port: the claim routes on the event loops, everything else through a router.
///
/// Stops gracefully inside a `ServiceGroup`: takes no new connections, answers what was begun (5 seconds at most), then
/// drains the engine, which brings everything to disk and ends whatever still waits for it.
public struct UsherServer: Service, CustomStringConvertible, CustomDebugStringConvertible {
    /// Nothing of the settings: a service group writes its services into the log, and one of the settings is a key.
    public var description: String { "UsherServer" }
    /// The same: the log has the services as elements of a list.
    public var debugDescription: String { description }

    private let engine: Engine
    private let replica: ReplicaService?
    private let peers: PeerAccess
    private let configuration: ServerConfiguration
    private let logger: Logger
    private let onListening: @Sendable (SocketAddress) async -> Void
    /// The threads of operations, where they are not the server's to make.
    var threads: ServerThreads?

    /// Makes a server over an engine that is open.
    ///
    /// - Parameters:
    ///   - engine: The engine.
    ///   - replica: The service that follows another node, if there is one.
    ///   - peers: The access to other nodes, which are told of this one's epoch.
    ///   - configuration: The settings.
    ///   - logger: The log.
    ///   - onListening: Called once with the bound address, when connections are accepted.
    public init(
        engine: Engine, replica: ReplicaService? = nil, peers: PeerAccess = PeerAccess(),
        configuration: ServerConfiguration,
        logger: Logger,
        onListening: @escaping @Sendable (SocketAddress) async -> Void = { _ in }
    ) {
        self.engine = engine
        self.replica = replica
        self.peers = peers
        self.configuration = configuration
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until the surrounding service group shuts down, then drains the engine.
    ///
    /// - Throws: when the address cannot be bound.
    public func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(configuration.threads, 1))
        do {
            try await serve(on: group)
        } catch {
            await engine.drain()
            try? await group.shutdownGracefully()
            throw error
        }
        await engine.drain()
        try await group.shutdownGracefully()
    }

    private func serve(on group: MultiThreadedEventLoopGroup) async throws {
        let socket = try ListeningSocket(host: configuration.host, port: configuration.port)
        let (meters, threads) = (ServerMeters(), self.threads ?? ServerThreads())
        let api = NodeServices(
            engine: engine, replica: replica, peers: peers, port: socket.address.port ?? configuration.port,
            rootKey: configuration.rootKey,
            version: configuration.version, logger: logger, accessLogRate: configuration.accessLogRate,
            upstreamClient: configuration.upstreamClient, figures: meters, threads: threads.operations,
            zonesPath: configuration.zonesPath)
        do {
            try await serve(api, meters, socket, on: group)
        } catch {
            try? await threads.stop()
            throw error
        }
        try await threads.stop()
    }

    private func serve(
        _ api: NodeServices, _ meters: ServerMeters, _ socket: ListeningSocket, on group: MultiThreadedEventLoopGroup
    ) async throws {
        api.succession.resume()
        var limits = ConnectionLimits()
        limits.requestSeconds = configuration.requestSeconds
        limits.idleSeconds = configuration.idleSeconds
        limits.writeSeconds = configuration.writeSeconds
        limits.claimSeconds = configuration.claimSeconds
        limits.lineSeconds = configuration.lineSeconds
        limits.routeSeconds = configuration.routeSeconds
        limits.batchLinesMax = configuration.batchLinesMax
        let loops = try await ClaimLoops(
            group: group,
            services: ClaimLoop.Services(
                engine: engine, authenticator: api.authenticator, limits: limits, meters: meters,
                accessLog: api.accessLog))
        defer { loops.stop() }
        var quiet = logger
        // Hummingbird logs requests' errors with what they carry; ours are logged by the middleware.
        quiet.logLevel = max(logger.logLevel, .warning)
        let responder = OperationResponder(api: api)
        let adopted = AdoptedConnections(
            ClaimChannel(responder: { try await responder.respond($0, $1, $2) }, loops: loops), on: group,
            tls: configuration.tls, gauge: meters.gauge, logger: quiet)
        let fastPath = try FastPath(
            listening: socket,
            services: FastPathLoop.Services(
                engine: engine, authenticator: api.authenticator, limits: limits, meters: meters,
                accessLog: api.accessLog, isSecured: configuration.tls != nil,
                handOver: { adopted.adopt($0, $1, $2) }),
            threads: configuration.threads, connectionsMax: configuration.connectionsMax)
        await withTaskCancellationOrGracefulShutdownHandler {
            async let rest: Void = adopted.run()
            async let claims: Void = fastPath.run()
            async let watch: Void = UsherServer.watch(api)
            async let care: Void = UsherServer.clearStaleReaders(api)
            await onListening(socket.address)
            await claims
            adopted.finish()
            // Their connections are gone by then; some still wait for what the engine will not do any more.
            let end = api.lifecycle.drainBegan + .seconds(limits.drainSeconds + 1)
            let cutOff = Task { [engine] in
                try await Task.sleep(until: end)
                await engine.drain()
            }
            await rest
            cutOff.cancel()
            try? await cutOff.value
            await watch
            await care
        } onCancelOrGracefulShutdown: {
            api.lifecycle.drain()
            loops.drain()
            fastPath.drain()
        }
    }

    /// Counts out followers that have fallen silent and writes down what has happened, until the server drains.
    private static func watch(_ api: NodeServices) async {
        var watch = NodeWatch()
        while !api.lifecycle.isDraining {
            api.followers.removeSilent()
            for line in watch.look(at: api) { api.log.write(line) }
            try? await Task.sleep(for: .milliseconds(NodeWatch.intervalMilliseconds))
        }
    }

    /// Frees the reader slots of processes that have died, every minute until the server drains.
    private static func clearStaleReaders(_ api: NodeServices) async {
        var seconds = 0
        while !api.lifecycle.isDraining {
            try? await Task.sleep(for: .seconds(1))
            seconds += 1
            guard seconds.isMultiple(of: 60) else { continue }
            let cleared = api.engine.clearStaleReaders()
            if cleared > 0 {
                api.log.write(.readersCleared, (.readers, .count(cleared)))
            }
        }
    }
}
