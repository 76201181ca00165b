import Domain
import Engine
import Foundation
import Journal
import Replication
import TestSupport

/// A node of a simulation: an engine as production opens it, on a journal disk that loses what is not synchronised.
///
/// LMDB and `usher.json` are real files, whose every commit is durable; a crash leaves them as they are.
///
/// `@unchecked Sendable`: as ``SimulatedWorld``.
final class SimulatedServer: @unchecked Sendable {
    /// A process of the node.
    ///
    /// `@unchecked Sendable`: as ``SimulatedWorld``.
    final class Life: @unchecked Sendable {
        let engine: Engine
        let followers: Followers
        let succession: Succession
        let mailbox: Mailbox
        var following: Task<Void, Never>?

        init(_ engine: Engine, _ followers: Followers, _ succession: Succession, _ mailbox: Mailbox) {
            self.engine = engine
            self.followers = followers
            self.succession = succession
            self.mailbox = mailbox
        }
    }

    let name: String
    let world: SimulatedWorld
    let network: SimulatedNetwork
    let clock: SimulatedClock
    private let path: String
    /// The number of followers that must have a claim.
    var followersRequired = 1
    /// Finds a node by its URL.
    var find: (String) -> SimulatedServer? = { _ in nil }
    /// Who gets the answers to claims.
    var answered: (SimulatedServer, [ClaimReply]) -> Void = { _, _ in }
    private(set) var disk: SimulatedDisk
    private(set) var life: Life?
    /// The number of processes so far.
    private(set) var lives = 0
    /// The newest position that this node has ever had on its disk, and has ever shown.
    var synced = LogPosition(epoch: 0, sequence: 0)
    var shown = LogPosition(epoch: 0, sequence: 0)

    init(
        _ name: String, in path: String, disk: SimulatedDisk, _ world: SimulatedWorld, _ network: SimulatedNetwork
    ) {
        self.name = name
        self.path = path
        self.disk = disk
        self.world = world
        self.network = network
        clock = SimulatedClock(world, errorMilliseconds: Int64(world.below(400)))
    }

    var url: String { SimulatedServer.url(name) }

    static func url(_ name: String) -> String { "sim://\(name)" }

    /// The contents of the journal's files, one behind the other.
    var journal: [UInt8] {
        let names = (try? disk.list(path + "/journal")) ?? []
        return names.flatMap { Array("\($0)\n".utf8) + (disk.contents(path + "/journal/" + $0) ?? []) }
    }

    // MARK: Life

    /// Starts a process on what the disks hold; following, if it is a replica's, the node that is named.
    ///
    /// When the power goes meanwhile, there is none.
    func start(following primary: String) {
        guard life == nil else { return }
        lives += 1
        do {
            try open(following: primary)
        } catch {
            if !disk.isOff { world.fault("\(name) cannot be opened: \(error)") }
            disk = disk.afterPowerCut(seed: world.next())
        }
    }

    private func open(following primary: String) throws {
        let number = lives
        let role = try DataDirectory.readManifest(in: path).flatMap { JournalRole(name: $0.role) } ?? .primary
        let (engine, _) = try Engine.open(
            SimulatedServer.configuration(path, role, followers: followersRequired), seams: seams,
            failed: { [weak self] _ in
                // The disk has failed; not from within the step that found it.
                self?.world.after(milliseconds: 0) { if self?.lives == number { self?.crash() } }
            })
        let makeUpstream: @Sendable (String) -> any Upstream = { [unowned self] url in
            SimulatedUpstream(of: self, to: find(url) ?? self)
        }
        let succession = Succession(
            engine: engine, ownURL: url, clock: clock, executor: world, makeUpstream: makeUpstream)
        let mailbox = engine.makeMailbox { [weak self] (replies: [ClaimReply]) in
            if let self, lives == number, self.life != nil { answered(self, replies) }
        }
        let begun = Life(engine, Followers(engine, clock: clock), succession, mailbox)
        life = begun
        if engine.syncedPoint.position < synced { world.fault("\(name) has lost what it had synchronised") }
        if engine.position < shown { world.fault("\(name) has lost what it had shown") }
        succession.resume()
        watchFollowers(of: begun)
        guard role == .replica else { return }
        let follower = Follower(
            engine: engine, upstream: makeUpstream(SimulatedServer.url(primary)),
            identity: FollowerIdentity(node: name, url: url), clock: clock, makeUpstream: makeUpstream)
        begun.following = Task(executorPreference: world) { [weak self] in
            do { try await follower.run() } catch let end as Follower.End { self?.note(end) } catch {}
        }
    }

    /// Here the log can always be continued, until a node is promoted.
    private func note(_ end: Follower.End) {
        if case .promoted = end { return }
        world.fault("\(name) follows no more: \(end)")
    }

    private var seams: EngineSeams {
        let world = world
        var seams = EngineSeams(clock: clock, makeRandom: { SeededGenerator(seed: world.next()) }, disk: disk)
        seams.threads = SimulatedThreads(world)
        return seams
    }

    static func configuration(_ path: String, _ role: JournalRole, followers: Int) -> EngineConfiguration {
        var configuration = EngineConfiguration(directory: path)
        configuration.role = role
        configuration.syncReplicas = followers
        configuration.syncReplicasTimeoutMilliseconds = 150
        configuration.segmentBytes = segmentBytes
        configuration.mapBytes = 1 << 26
        configuration.freeDiskBytesMin = 0
        configuration.commitIntervalMilliseconds = 100
        configuration.layerEntries = 24
        configuration.batchCommandsMax = 4
        return configuration
    }

    static let segmentBytes = 16 << 10

    private func watchFollowers(of life: Life) {
        world.after(milliseconds: 500) { [weak self] in
            guard self?.life === life else { return }
            life.followers.removeSilent()
            self?.watchFollowers(of: life)
        }
    }

    // MARK: Death

    /// Lets the power stay.
    func calmDown() { disk.cutPower(atOperation: .max) }

    /// Lets the power go at one of the next operations of the disk.
    func crashSoon() { disk.cutPower(atOperation: disk.operations.count + world.below(8)) }

    /// Ends the process at once, and the power of its disk with it.
    func crash() {
        guard let dead = life else { return }
        life = nil
        lives += 1
        disk.cutPower(atOperation: disk.operations.count)
        let grave = path + "-\(lives)"
        do {
            try FileManager.default.moveItem(atPath: path, toPath: grave)
            try SimulatedServer.copy(grave, to: path)
        } catch {
            world.fault("a directory cannot be copied: \(error)")
        }
        disk = disk.afterPowerCut(seed: world.next())
        dead.following?.cancel()
        // The rest is only to give back what the process had.
        dead.engine.quorum.require(0)
        dead.engine.close()
        try? FileManager.default.removeItem(atPath: grave)
    }

    /// Ends the process in good order.
    func stop() {
        guard let ended = life else { return }
        life = nil
        lives += 1
        ended.following?.cancel()
        ended.engine.quorum.require(0)
        ended.engine.close()
    }

    /// Copies the real files of a directory.
    static func copy(_ source: String, to target: String) throws {
        let files = FileManager.default
        try files.createDirectory(atPath: target + "/store", withIntermediateDirectories: true)
        try files.createDirectory(atPath: target + "/journal", withIntermediateDirectories: true)
        for name in ["/usher.json", "/store/data.mdb"] {
            try files.copyItem(atPath: source + name, toPath: target + name)
        }
    }
}
