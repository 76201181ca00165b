import Domain
import Engine
import Foundation
import Journal
import Replication
import Store
import TestSupport

/// A primary and two replicas, one of which must have a claim before it is acknowledged, and what their clients know.
///
/// `@unchecked Sendable`: as ``SimulatedWorld``.
final class SimulatedCluster: @unchecked Sendable {
    let world: SimulatedWorld
    let network: SimulatedNetwork
    let servers: [SimulatedServer]
    /// The node that clients claim at.
    var primary: SimulatedServer
    /// The node that has been replaced, and the epoch that replaced it.
    private(set) var replaced: SimulatedServer?
    private(set) var epoch: UInt64 = 0
    private var isPromoted = false
    private(set) var acknowledged: [(command: ClaimCommand, outcome: ClaimOutcome)] = []
    /// The last end of each hold that was extended, as it was acknowledged.
    private(set) var ends: [EntityNumber: Timestamp] = [:]
    /// The first frames of epochs, which need no followers.
    private var beginnings: Set<LogPosition> = []
    private var asked: [UInt64: ClaimCommand] = [:]
    private var lastToken: UInt64 = 0
    /// The points that every node must have at a position that any of them has.
    private var points: [LogPosition: JournalPoint] = [:]
    private let codes: [CodeText]

    /// Starts the nodes.
    ///
    /// - Parameters:
    ///   - image: The directories and disks to begin with.
    ///   - path: The directory of the nodes.
    ///   - seed: The seed of every choice.
    ///   - followers: The number of followers that must have a claim before it is acknowledged.
    /// - Throws: Errors of the file system and of the engine.
    init(_ image: SimulatedImage, in path: String, seed: UInt64, followers: Int) throws {
        world = SimulatedWorld(seed: seed)
        network = SimulatedNetwork(world)
        codes = image.codes
        servers = try image.install(in: path, world, network)
        primary = servers[0]
        for server in servers {
            server.followersRequired = followers
            server.find = { [weak self] url in self?.servers.first { $0.url == url } }
            server.answered = { [weak self] in self?.take($1, from: $0) }
        }
        world.observe = { [weak self] in self?.observe() }
        for server in servers { server.start(following: primary.name) }
    }

    /// The nodes that are no primary now.
    var others: [SimulatedServer] { servers.filter { $0 !== primary } }

    /// The journals on the nodes' disks, byte for byte.
    var history: [UInt8] { servers.flatMap(\.journal) }

    /// Ends all processes.
    func stop() {
        world.observe = {}
        for server in servers { server.stop() }
        world.run(milliseconds: 3000)
    }

    // MARK: Clients

    /// Claims some places at a node, for some of a few persons.
    func claim(at server: SimulatedServer) {
        guard let life = server.life else { return }
        let submissions = (0..<(1 + world.below(3))).map { _ in
            submission(
                .redeem(
                    codes[world.below(codes.count)], by: "r\(world.below(25))",
                    kind: world.oneIn(4) ? .hold(ttlSeconds: UInt32(1 + world.below(2))) : .redeem))
        }
        _ = life.engine.submit(submissions, to: life.mailbox)
    }

    /// Claims a place of a code that has enough, for somebody new, until it is acknowledged; false when that takes longer
    /// than followers need to come back.
    func canClaim() -> Bool {
        guard let code = codes.last else { return false }
        let command = ClaimCommand.redeem(code, by: "new\(lastToken)")
        func isAcknowledged() -> Bool { acknowledged.contains { $0.command.redeemer == command.redeemer } }
        for _ in 0..<20 where !isAcknowledged() {
            guard let life = primary.life else { return false }
            _ = life.engine.submit([submission(command)], to: life.mailbox)
            world.run(atMost: 250, until: isAcknowledged)
        }
        return isAcknowledged()
    }

    /// Moves the end of a hold that was acknowledged.
    func extend(at server: SimulatedServer) {
        let holds = acknowledged.compactMap { claim -> EntityNumber? in
            if case .held(let hold, _) = claim.outcome { hold.number } else { nil }
        }
        guard let life = server.life, !holds.isEmpty else { return }
        let number = holds[world.below(holds.count)]
        let seconds = UInt32(1 + world.below(4))
        Task(executorPreference: world) { [self] in
            let decided = try await life.engine.decide { context throws(Rejection) in
                try Holds.extend(number, bySeconds: seconds, tenant: .default, in: &context)
            }
            // Nobody is there to read what a dead process says.
            guard server.life === life, case .extended(let hold) = decided.value else { return }
            if !isConfirmed(decided.position, at: server) {
                world.fault("\(server.name) has extended a hold at \(decided.position), which no follower has")
            }
            ends[number] = max(ends[number] ?? hold.expiresAt, hold.expiresAt)
        }
    }

    private func submission(_ command: ClaimCommand) -> ClaimSubmission {
        lastToken += 1
        asked[lastToken] = command
        return ClaimSubmission(command: command, token: lastToken)
    }

    private func take(_ replies: [ClaimReply], from server: SimulatedServer) {
        for reply in replies {
            guard let command = asked.removeValue(forKey: reply.token) else {
                world.fault("claim \(reply.token) was answered twice")
                continue
            }
            guard case .success(let outcome) = reply.result else { continue }
            if !isConfirmed(reply.position, at: server) {
                world.fault("\(server.name) answers at \(reply.position), which no follower has")
            }
            guard outcome.refusal == nil else { continue }
            acknowledged.append((command, outcome))
        }
    }

    // MARK: Rules that always hold

    private func observe() {
        for server in servers {
            guard let engine = server.life?.engine else { continue }
            let (shown, point) = (engine.position, engine.syncedPoint)
            if point.position != server.synced { noteSynced(point, of: server) }
            guard shown != server.shown else { continue }
            if shown < server.shown { world.fault("\(server.name) shows less than before") }
            server.shown = shown
            if shown > point.position { world.fault("\(server.name) shows what is not synchronised") }
            if engine.decides, !engine.status.isWithheld, !isConfirmed(shown, at: server) {
                world.fault("\(server.name) shows \(shown), which no follower has")
            }
        }
    }

    /// True if a follower of a node has a position on its disk, or need not have it.
    private func isConfirmed(_ position: LogPosition, at server: SimulatedServer) -> Bool {
        server.followersRequired == 0 || beginnings.contains(position)
            || servers.contains { $0 !== server && $0.synced >= position }
    }

    private func noteSynced(_ point: JournalPoint, of server: SimulatedServer) {
        if point.position.epoch > server.synced.epoch { beginnings.insert(point.position) }
        server.synced = point.position
        if let known = points[point.position], known.digest != point.digest || known.chain != point.chain {
            world.fault("\(server.name) has another state at \(point.position)")
        }
        points[point.position] = point
    }

    // MARK: Promotion

    /// Takes the primary out of service, by death or by cutting it off, and promotes the replica that has most.
    ///
    /// Returns whether there is another primary then.
    func replacePrimary(byDeath: Bool) -> Bool {
        let old = primary
        replaced = old
        for other in others {
            network.cut(old.name, other.name)
            other.start(following: old.name)
        }
        if byDeath { old.crash() }
        // Messages under way have arrived or are lost.
        world.run(milliseconds: 100 + world.below(200))
        guard let next = others.max(by: { $0.synced < $1.synced }) else { return false }
        if world.oneIn(3) { next.crashSoon() }
        // An operator who promotes a node that dies of it promotes it again.
        for attempt in 0..<20 where !isPromoted || next.life?.engine.decides != true {
            if attempt > 2 { next.calmDown() }
            next.start(following: old.name)
            if !isPromoted { promote(next) }
            world.run(milliseconds: 300)
        }
        next.calmDown()
        guard isPromoted, let engine = next.life?.engine, engine.decides else { return false }
        (primary, epoch) = (next, engine.standing.epoch)
        return true
    }

    private func promote(_ server: SimulatedServer) {
        guard let life = server.life else { return }
        let urls = servers.filter { $0 !== server }.map(\.url)
        Task(executorPreference: world) { [self] in
            do {
                _ = try await life.succession.promote(telling: urls) { [self] url in
                    SimulatedUpstream(of: server, to: servers.first { $0.url == url } ?? server)
                }
                isPromoted = server.life === life
            } catch {
                // It is tried again.
            }
        }
    }

    /// True if all who could follow the primary that was replaced know of the new one: it may come back then.
    var isReplacementKnown: Bool {
        others.allSatisfy { $0 === replaced || $0.life.map { $0.engine.standing.epoch >= epoch } == true }
    }
}
