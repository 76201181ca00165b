import Domain
import Foundation
import Journal
import Store
import TestSupport

@testable import Engine

/// A node without threads: sequencer on a simulated journal disk, real LMDB, driven batch by batch.
///
/// Remembers what was acknowledged, and keeps a copy of LMDB's file after every commit, because a power cut can leave
/// LMDB at the newest commit while a restored or lagging copy can be any earlier one.
final class SimulatedNode {
    let disk: SimulatedDisk
    private(set) var acknowledged: [(command: ClaimCommand, outcome: ClaimOutcome)] = []
    /// Copies of the store's directory, oldest first.
    private(set) var copies: [String] = []
    private(set) var sequencer: Sequencer
    private let store: StateStore
    private let mailbox: Mailbox
    private let inFlight = Answers()
    // The last property: the store must be closed before its directory goes.
    private let directory: TemporaryDirectory

    private final class Answers: @unchecked Sendable {
        // Only touched on the test's own thread: the sequencer here is called, it has no thread.
        var replies: [ClaimReply] = []
    }

    init(disk: SimulatedDisk, storeCopy: String? = nil, seed: UInt64, clock: ManualClock) throws {
        self.disk = disk
        directory = try TemporaryDirectory("simulated")
        let path = directory.path + "/store"
        if let storeCopy {
            try FileManager.default.copyItem(atPath: storeCopy, toPath: path)
        } else {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        store = try StateStore.open(path: path, tables: Tables.all, mapBytes: 1 << 26)
        let applied = try store.snapshot().point()
        let recovered = try Journal.recover(Self.journal(disk), from: applied.position)
        _ = try Engine.replay(recovered, into: store, from: applied) { _, _ in }
        let random = SeededGenerator(seed: seed)
        sequencer = Sequencer(
            transaction: try store.transaction(), journal: try recovered.makeWriter(), state: recovered.end,
            durability: .fsync,
            standing: NodeStanding(authority: .primary, epoch: recovered.end.position.epoch, primary: nil),
            quorum: ReplicaQuorum(required: 0, timeoutMilliseconds: 0, changed: {}),
            seams: EngineSeams(clock: clock, makeRandom: { random }, disk: disk),
            loggedThrough: { _ in }, syncedThrough: { _ in }, epochBegan: { _ in },
            credentialsChanged: { _ in })
        let inFlight = inFlight
        mailbox = Mailbox { inFlight.replies += $0 }
        decide { Bootstrap.run(in: &$0) }
    }

    static func journal(_ disk: SimulatedDisk) -> JournalConfiguration {
        JournalConfiguration(disk: disk, directory: "journal", segmentBytes: 16 << 10, preparesAhead: false)
    }

    /// True if the power is off or the disk has failed.
    var isDead: Bool { sequencer.failure != nil || disk.isOff }

    /// Runs one general command; nil when it failed or was rejected.
    @discardableResult
    func decide<Value: Sendable>(
        _ body: @escaping @Sendable (inout DecisionContext) throws(Rejection) -> Value
    ) -> Value? {
        let box = Box<Value>()
        sequencer.run([.general(Decision(body) { box.value = try? $0.get().value })])
        return box.value
    }

    private final class Box<Value>: @unchecked Sendable {
        // Only touched on the test's own thread.
        var value: Value?
    }

    /// Runs a batch of claims and remembers which were acknowledged.
    func claim(_ commands: [ClaimCommand]) {
        let submissions = commands.enumerated().map { index, command in
            ClaimSubmission(command: command, token: UInt64(index))
        }
        inFlight.replies = []
        sequencer.run([.claims(submissions[...], mailbox)])
        for reply in inFlight.replies {
            guard case .success(let outcome) = reply.result else { continue }
            acknowledged.append((commands[Int(reply.token)], outcome))
        }
    }

    /// Brings LMDB to the present position and keeps a copy of its file.
    func apply() throws {
        guard !isDead, sequencer.transaction.activeLayerSize.entries > 0 else { return }
        let layer = sequencer.transaction.sealLayer(reusing: nil)
        try store.apply(layer, leadingTo: sequencer.logged)
        sequencer.transaction.rebase(onto: try store.snapshot(), appliedLayers: 1)
        let copy = directory.path + "/copy-\(copies.count)"
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: directory.path + "/store/data.mdb", toPath: copy + "/data.mdb")
        copies.append(copy)
    }

    /// The state as LMDB has it, after everything was applied.
    func settledSnapshot() throws -> Snapshot {
        try apply()
        return try store.snapshot()
    }
}
