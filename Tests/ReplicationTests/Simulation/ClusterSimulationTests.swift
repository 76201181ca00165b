import Domain
import Engine
import Foundation
import Journal
import Store
import TestSupport
import Testing

/// A primary, two replicas of which one must have every claim, kills, bad lines and a promotion, in one thread.
@Suite("A simulated cluster")
struct ClusterSimulationTests {
    /// Where simulations put what is a file for them: in memory, where the machine has such a place.
    private static func makeDirectory() throws -> TemporaryDirectory {
        try TemporaryDirectory("cluster", in: "/dev/shm")
    }

    /// The result of one seed's simulation.
    private struct Outcome: Equatable {
        var history: [UInt8]
        var acknowledged: Int
        var faults: [String]
    }

    @Test("keeps every promise, whatever happens to its nodes and lines: 200 seeds, each with a promotion")
    func promises() async throws {
        let directory = try Self.makeDirectory()
        let live = directory.path + "/live"
        let image = try SimulatedImage(in: directory.path + "/image", for: live)
        var acknowledged = 0
        for seed in 1...200 as ClosedRange<UInt64> {
            let outcome = try Self.run(image, in: live, seed: seed)
            #expect(outcome.faults.isEmpty, "seed \(seed)")
            acknowledged += outcome.acknowledged
            // The tests beside this one have their turn of the thread.
            await Task.yield()
            // Equal seeds, equal histories: every byte of every journal.
            guard seed.isMultiple(of: 20) else { continue }
            #expect(try Self.run(image, in: live, seed: seed) == outcome, "seed \(seed) has two histories")
        }
        #expect(acknowledged > 200 * 10)
    }

    @Test("without a follower that must have a claim, a promotion loses some: the checks can fail")
    func losses() async throws {
        let directory = try Self.makeDirectory()
        let live = directory.path + "/live"
        let image = try SimulatedImage(in: directory.path + "/image", for: live)
        var losses = 0
        for seed in 1...20 as ClosedRange<UInt64> {
            let outcome = try Self.run(image, in: live, seed: seed, followers: 0)
            if outcome.faults.contains(where: { $0.contains("is lost") }) { losses += 1 }
            await Task.yield()
        }
        #expect(losses > 0)
    }

    private static func run(
        _ image: SimulatedImage, in live: String, seed: UInt64, followers: Int = 1
    ) throws -> Outcome {
        let cluster = try SimulatedCluster(image, in: live, seed: seed, followers: followers)
        let world = cluster.world
        cluster.world.run(milliseconds: 300)
        if !cluster.canClaim() { world.fault("nobody can claim at the beginning") }
        trouble(cluster, milliseconds: 1200)
        if !cluster.replacePrimary(byDeath: world.oneIn(2)) { world.fault("no replica became the primary") }
        heal(cluster)
        trouble(cluster, milliseconds: 600)
        heal(cluster)
        if !cluster.canClaim() { world.fault("nobody can claim at the end") }
        try check(cluster)
        let outcome = Outcome(
            history: cluster.history, acknowledged: cluster.acknowledged.count, faults: world.faults)
        cluster.stop()
        return outcome
    }

    /// Lets clients claim while nodes die and lines are cut.
    private static func trouble(_ cluster: SimulatedCluster, milliseconds: Int) {
        let world = cluster.world
        let end = world.now + UInt64(milliseconds) * 1_000_000
        while world.now < end {
            cluster.claim(at: world.oneIn(8) ? cluster.servers[world.below(3)] : cluster.primary)
            if world.oneIn(4) { cluster.extend(at: cluster.primary) }
            if world.oneIn(8) { happen(cluster) }
            world.run(milliseconds: 1 + world.below(60))
        }
    }

    /// Something bad.
    private static func happen(_ cluster: SimulatedCluster) {
        let (world, network) = (cluster.world, cluster.network)
        let victim = cluster.servers[world.below(3)]
        switch world.below(6) {
        case 0, 1:
            if world.oneIn(2) { victim.crash() } else { victim.crashSoon() }
            world.after(milliseconds: 50 + world.below(500)) { restart(victim, of: cluster) }
        case 2, 3:
            let other = cluster.servers[world.below(3)]
            network.cut(victim.name, other.name)
            world.after(milliseconds: 20 + world.below(500)) {
                if other !== cluster.replaced, victim !== cluster.replaced { network.mend(victim.name, other.name) }
            }
        case 4: network.delayMillisecondsMax = [1, 5, 60][world.below(3)]
        default: victim.clock.errorMilliseconds += Int64(world.below(4000)) - 2000
        }
    }

    private static func restart(_ server: SimulatedServer, of cluster: SimulatedCluster) {
        // The node that was replaced comes back when nobody would follow it any more.
        if server !== cluster.replaced { server.start(following: "a") }
    }

    /// Lets everybody be there and every line hold, the replaced primary last.
    private static func heal(_ cluster: SimulatedCluster) {
        let world = cluster.world
        cluster.network.delayMillisecondsMax = 5
        for server in cluster.servers { server.calmDown() }
        // Every node that is to come back does.
        world.run(milliseconds: 600)
        for server in cluster.servers where server !== cluster.replaced {
            for other in cluster.servers where other !== cluster.replaced {
                cluster.network.mend(server.name, other.name)
            }
            server.start(following: "a")
        }
        world.run(atMost: 20_000) { cluster.isReplacementKnown }
        if !cluster.isReplacementKnown { world.fault("a replica does not learn of the new primary") }
        cluster.network.mendAll()
        cluster.replaced?.start(following: "a")
        world.run(atMost: 20_000) {
            cluster.servers.allSatisfy { $0 === cluster.replaced || $0.synced == cluster.primary.synced }
                && cluster.replaced?.life?.engine.decides == false
        }
    }

    /// Judges what the surviving primary has.
    private static func check(_ cluster: SimulatedCluster) throws {
        let world = cluster.world
        // Holds end at any time.
        world.run(atMost: 5000) {
            cluster.servers.allSatisfy { $0 === cluster.replaced || $0.synced == cluster.primary.synced }
        }
        for server in cluster.servers where server !== cluster.replaced {
            if server.synced != cluster.primary.synced { world.fault("\(server.name) does not catch up") }
        }
        if cluster.replaced?.life?.engine.decides != false { world.fault("the replaced primary decides") }
        guard let engine = cluster.primary.life?.engine else { return world.fault("there is no primary") }
        world.run(atMost: 5000) { engine.status.appliedPosition == engine.position }
        var rows: Set<String> = []
        for (command, outcome) in cluster.acknowledged where outcome.isNew {
            guard case .redeemed = outcome, !rows.insert("\(command.target) \(command.redeemer)").inserted else {
                continue
            }
            world.fault("\(command.redeemer) got two places")
        }
        let (acknowledged, ends) = (cluster.acknowledged, cluster.ends)
        let wrong = Left<[String]>()
        Task(executorPreference: world) {
            wrong.value = try await engine.read { snapshot, _ in
                var wrong = Invariants.check(snapshot).map(\.description)
                if snapshot.computeDigest() != (try snapshot.point().digest) { wrong.append("the digest is wrong") }
                for (number, end) in ends {
                    let hold = Holds.find(number, tenant: .default, state: snapshot)
                    if hold.map({ $0.expiresAt < end }) ?? true { wrong.append("an acknowledged extension is lost") }
                }
                return wrong + acknowledged.compactMap { missing($0.command, $0.outcome, in: snapshot) }
            }.value
        }
        world.run(atMost: 5000) { wrong.value != nil }
        if wrong.value == nil { world.fault("the tables cannot be read") }
        for text in wrong.value ?? [] { world.fault(text) }
    }

    /// A value that a task leaves.
    ///
    /// `@unchecked Sendable`: as ``SimulatedWorld``.
    private final class Left<Value>: @unchecked Sendable {
        var value: Value?
    }

    /// The fault of the record of a claim that was acknowledged; nil when there is none.
    private static func missing(_ command: ClaimCommand, _ outcome: ClaimOutcome, in state: Snapshot) -> String? {
        switch outcome {
        case .redeemed(let row, _):
            let found = Redemptions.find(row.number, tenant: .default, state: state)
            let isThere = found?.redeemer == command.redeemer && found?.quantity == row.quantity
            return isThere ? nil : "an acknowledged claim of \(command.redeemer) is lost"
        case .held(let hold, _):
            let found = Holds.find(hold.number, tenant: .default, state: state)
            return found?.redeemer == command.redeemer ? nil : "an acknowledged hold of \(command.redeemer) is lost"
        case .refused: return nil
        }
    }
}
