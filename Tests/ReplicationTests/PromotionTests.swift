import Domain
import Engine
import Foundation
import Journal
import Replication
import Store
import Synchronization
import TestSupport
import Testing

@Suite("Promotion")
struct PromotionTests {
    @Test("makes a replica a primary of the next epoch, which decides, also after a restart")
    func promotes() async throws {
        let node = try TemporaryEngine()
        let campaign = try await node.makeCampaign()
        let code = try await node.makeCode(campaign: campaign.number, maxUses: 5)
        for number in 0..<3 { _ = try await node.engine.claim(.redeem(code, by: "r\(number)")) }
        let own = try TemporaryDirectory("replica")
        let replica = try await TestReplica.start(in: own, from: LoopbackUpstream(node.engine))
        try await replica.reach(node.engine.position)
        let position = try await replica.engine.promote()
        #expect(position.epoch > 1 && position.sequence == node.engine.position.sequence + 1)
        guard case .promoted? = await replica.end() else {
            Issue.record("following should have ended")
            return
        }
        for number in 3..<8 {
            let outcome = try await replica.engine.claim(.redeem(code, by: "r\(number)")).value
            #expect(outcome.isNew == (number < 5))
        }
        #expect(try await replica.engine.claim(.redeem(code, by: "r0")).value.isNew == false)
        await replica.stop()
        let again = try TemporaryEngine(in: own)
        #expect(again.engine.position.epoch == position.epoch && again.engine.standing.authority == .primary)
        #expect(try await again.violations().isEmpty)
        #expect(try await again.engine.claim(.redeem(code, by: "r9")).value.refusal == .exhausted)
    }

    @Test("lets holds run out that were taken before it")
    func holds() async throws {
        let clock = ManualClock()
        let node = try TemporaryEngine(seams: EngineSeams(clock: clock))
        let code = try await node.makeCode(maxUses: 1)
        _ = try await node.engine.claim(.redeem(code, by: "holder", kind: .hold(ttlSeconds: 1)))
        let own = try TemporaryDirectory("replica")
        let replica = try await TestReplica.start(in: own, from: LoopbackUpstream(node.engine))
        try await replica.reach(node.engine.position)
        try await replica.engine.promote()
        // The replica's clock is the machine's, which is far behind the hold's second or long past it.
        try await Task.sleep(for: .milliseconds(1200))
        #expect(try await replica.engine.claim(.redeem(code, by: "other")).value.isNew)
        await replica.stop()
    }

    @Test("after a bad one, no frame of the older epoch is taken anywhere")
    func twoPrimaries() async throws {
        let old = try TemporaryEngine()
        let code = try await old.makeCode(maxUses: 100)
        let (first, second) = (try TemporaryDirectory("first"), try TemporaryDirectory("second"))
        let oldLine = LoopbackUpstream(old.engine, url: "loopback://old")
        let promoted = try await TestReplica.start(in: first, from: oldLine)
        try await promoted.reach(old.engine.position)
        let epoch = try await promoted.engine.promote().epoch
        let newLine = LoopbackUpstream(promoted.engine, url: "loopback://new")
        let bystander = try await TestReplica.start(in: second, from: oldLine, makeUpstream: { _ in newLine })
        try await bystander.reach(old.engine.position)
        // The bystander is told, and turns to the new primary at once; the old one is not told, and continues.
        let before = bystander.engine.position
        _ = try await bystander.engine.learn(epoch: epoch, primary: "loopback://new")
        for number in 0..<20 { _ = try await old.engine.claim(.redeem(code, by: "lost\(number)")) }
        let taken = try await promoted.engine.claim(.redeem(code, by: "kept")).position
        try await bystander.reach(taken)
        #expect(bystander.engine.position.epoch == epoch && before.epoch == 1)
        #expect(bystander.engine.syncedPoint == promoted.engine.syncedPoint)
        // Its frames are refused also when they are handed in directly.
        let stream = try Feed(old.engine).open(after: before, chain: promoted.chain(at: before))
        var frames: [UInt8] = []
        _ = try stream.read(byteLimit: 1 << 20) { frame in frame.withUnsafeBytes { frames.append(contentsOf: $0) } }
        let error = await #expect(throws: EngineError.self) {
            try await bystander.engine.follow(frames, of: before.epoch)
        }
        #expect(error?.code == .frameRejected)
        // When it comes back it is told so.
        #expect(try await old.engine.learn(epoch: epoch, primary: "loopback://new"))
        let refused = await #expect(throws: EngineError.self) { try await old.engine.claim(.redeem(code, by: "late")) }
        #expect(refused?.code == .notPrimary && refused?.primary == "loopback://new")
        old.engine.close()
        let restarted = try TemporaryEngine(in: old.directory)
        #expect(restarted.engine.standing.authority == .superseded(by: epoch))
        await bystander.stop()
        await promoted.stop()
    }

    @Test("of a node of an older epoch is refused by a follower that has seen the newer one")
    func fenced() async throws {
        let old = try TemporaryEngine()
        _ = try await old.makeCode(maxUses: 100)
        let own = try TemporaryDirectory("replica")
        let line = LoopbackUpstream(old.engine)
        let replica = try await TestReplica.start(in: own, from: line)
        try await replica.reach(old.engine.position)
        _ = try await replica.engine.learn(epoch: 7, primary: nil)
        await replica.stop()
        let again = try await TestReplica.start(in: own, from: line)
        #expect(again.engine.standing.epoch == 7)
        let position = again.engine.position
        _ = try await old.makeCode(maxUses: 100)
        try await Task.sleep(for: .milliseconds(300))
        #expect(again.engine.position == position && again.follower.status.state == .fenced)
        await again.stop()
        // Nor does a bootstrap take its state.
        await #expect(throws: EngineError.self) {
            _ = try await Bootstrap.run(directory: own.path + "/data", from: line, mapBytes: 1 << 30)
        }
    }

    @Test(
        "reaches replicas that were told: when the old primary is dead, and when it is idle", arguments: [true, false])
    func told(isDead: Bool) async throws {
        let old = try TemporaryEngine()
        let code = try await old.makeCode(maxUses: 100)
        let (first, second) = (try TemporaryDirectory("first"), try TemporaryDirectory("second"))
        let oldLine = LoopbackUpstream(old.engine, url: "loopback://old")
        let promoted = try await TestReplica.start(in: first, from: oldLine)
        let newLine = LoopbackUpstream(promoted.engine, url: "loopback://new")
        let bystander = try await TestReplica.start(in: second, from: oldLine, makeUpstream: { _ in newLine })
        try await promoted.reach(old.engine.position)
        try await bystander.reach(old.engine.position)
        if isDead { oldLine.replace(by: nil) }
        let epoch = try await promoted.engine.promote().epoch
        if !isDead { _ = try await old.engine.learn(epoch: epoch, primary: "loopback://new") }
        _ = try await bystander.engine.learn(epoch: epoch, primary: "loopback://new")
        let position = try await promoted.engine.claim(.redeem(code, by: "somebody")).position
        try await bystander.reach(position)
        #expect(bystander.engine.syncedPoint == promoted.engine.syncedPoint)
        // The epoch that it has seen in the log is on disk, so that no older snapshot is taken after a restart.
        #expect(try ReplicaDirectory.epoch(of: second.path + "/data") == epoch)
        await bystander.stop()
        await promoted.stop()
    }

    @Test("that a replica hears of before it has the end of the old epoch does not keep it from that end")
    func toldEarly() async throws {
        let old = try TemporaryEngine()
        let code = try await old.makeCode(maxUses: 100)
        let (first, second) = (try TemporaryDirectory("first"), try TemporaryDirectory("second"))
        let oldLine = LoopbackUpstream(old.engine, url: "loopback://old")
        let promoted = try await TestReplica.start(in: first, from: oldLine)
        let newLine = LoopbackUpstream(promoted.engine, url: "loopback://new")
        let late = try await TestReplica.start(in: second, from: oldLine, makeUpstream: { _ in newLine })
        try await late.reach(old.engine.position)
        await late.stop()
        // The end of the old epoch, which only the promoted node has.
        for number in 0..<5 { _ = try await old.engine.claim(.redeem(code, by: "end\(number)")) }
        try await promoted.reach(old.engine.position)
        let epoch = try await promoted.engine.promote().epoch
        let again = try await TestReplica.start(in: second, from: oldLine, makeUpstream: { _ in newLine })
        _ = try await again.engine.learn(epoch: epoch, primary: "loopback://new")
        try await again.reach(promoted.engine.position)
        #expect(again.engine.syncedPoint == promoted.engine.syncedPoint)
        await again.stop()
        await promoted.stop()
    }

    @Test("is not forgotten for what a node of an older epoch said of the primary a moment before")
    func toldMeanwhile() async throws {
        let node = try TemporaryEngine()
        _ = try await node.makeCode(maxUses: 1)
        let own = try TemporaryDirectory("replica")
        let replica = try await TestReplica.start(in: own, from: LoopbackUpstream(node.engine))
        try await replica.reach(node.engine.position)
        await replica.stop()
        let engine = try TestReplica.open(own)
        try await engine.note(primary: "loopback://old", of: 1)
        #expect(engine.standing.primary == "loopback://old")
        try await engine.learn(epoch: 7, primary: "loopback://new")
        // An answer of the old primary that was on its way.
        try await engine.note(primary: "loopback://old", of: 1)
        #expect(engine.standing.primary == "loopback://new")
        try await engine.note(primary: "loopback://moved", of: 7)
        #expect(engine.standing.primary == "loopback://moved")
        // A new epoch whose primary nobody named takes no name of an older one.
        try await engine.learn(epoch: 9, primary: nil)
        try await engine.note(primary: "loopback://old", of: 7)
        #expect(engine.standing.primary == nil)
        try await engine.learn(epoch: 9, primary: "loopback://third")
        #expect(engine.standing.primary == "loopback://third")
        engine.close()
    }

    @Test("leaves no replica ended by a node that itself lags behind: only the primary's word is final")
    func laggingUpstream() async throws {
        let node = try TemporaryEngine()
        let code = try await node.makeCode(maxUses: 100)
        let (near, far) = (try TemporaryDirectory("near"), try TemporaryDirectory("far"))
        let line = LoopbackUpstream(node.engine, url: "loopback://primary")
        let lagging = try await TestReplica.start(in: near, from: line)
        try await lagging.reach(node.engine.position)
        await lagging.stop()
        let behind = try TestReplica.open(near)
        try await behind.note(primary: "loopback://primary", of: 1)
        let ahead = try await TestReplica.start(in: far, from: line)
        for number in 0..<5 { _ = try await node.engine.claim(.redeem(code, by: "r\(number)")) }
        try await ahead.reach(node.engine.position)
        await ahead.stop()
        // Its first upstream is the node that lags; the primary is named by it.
        let lagLine = LoopbackUpstream(behind, url: "loopback://lagging")
        let again = try await TestReplica.start(in: far, from: lagLine, makeUpstream: { _ in line })
        _ = try await node.engine.claim(.redeem(code, by: "more"))
        try await again.reach(node.engine.position)
        await again.stop()
        behind.close()
    }

    @Test("leaves no replica behind the old primary that came back as a replica, when its line breaks")
    func comesHome() async throws {
        let node = try TemporaryEngine()
        let code = try await node.makeCode(maxUses: 1000)
        let (near, far) = (try TemporaryDirectory("near"), try TemporaryDirectory("far"))
        let oldLine = LoopbackUpstream(node.engine, url: "loopback://old")
        let promoted = try await TestReplica.start(in: near, from: oldLine)
        let newLine = LoopbackUpstream(promoted.engine, url: "loopback://new")
        let replica = try await TestReplica.start(
            in: far, from: oldLine, makeUpstream: { $0 == "loopback://new" ? newLine : oldLine })
        try await promoted.reach(node.engine.position)
        try await replica.reach(node.engine.position)
        let epoch = try await promoted.engine.promote().epoch
        // Both were told; the old primary follows the new one as a replica from here on.
        _ = try await node.engine.learn(epoch: epoch, primary: "loopback://new")
        _ = try await replica.engine.learn(epoch: epoch, primary: "loopback://new")
        try await replica.reach(promoted.engine.position)
        // Both lines are fine, and the one to the new primary breaks for a moment.
        newLine.replace(by: nil)
        while replica.follower.status.state == .following { try await Task.sleep(for: .milliseconds(5)) }
        newLine.replace(by: promoted.engine)
        _ = try await promoted.engine.claim(.redeem(code, by: "r"))
        try await replica.reach(promoted.engine.position)
        #expect(replica.follower.status.upstream == "loopback://new")
        #expect(newLine.reports.map(\.identity.node) == [replica.engine.directory.node])
        await replica.stop()
        await promoted.stop()
    }

    @Test("remembers over a restart whom it has not told yet")
    func untold() async throws {
        let node = try TemporaryEngine()
        _ = try await node.makeCode(maxUses: 1)
        let own = try TemporaryDirectory("replica")
        let replica = try await TestReplica.start(in: own, from: LoopbackUpstream(node.engine))
        try await replica.reach(node.engine.position)
        let nobody = Succession(engine: replica.engine, ownURL: nil, makeUpstream: nil)
        let dead = LoopbackUpstream(node.engine, url: "loopback://old")
        dead.replace(by: nil)
        let epoch = try await nobody.promote(telling: ["loopback://old"]) { _ in dead }.epoch
        await replica.stop()
        let again = try TemporaryEngine(in: own)
        #expect(again.engine.directory.untold == ["loopback://old"])
        let line = LoopbackUpstream(node.engine, url: "loopback://old")
        let succession = Succession(engine: again.engine, ownURL: "loopback://new", makeUpstream: { _ in line })
        succession.resume()
        for _ in 0..<500 where !again.engine.directory.untold.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        #expect(again.engine.directory.untold.isEmpty && succession.pending.isEmpty)
        #expect(
            node.engine.standing
                == NodeStanding(authority: .superseded(by: epoch), epoch: epoch, primary: "loopback://new"))
    }

    @Test(
        "tells those that are named, the node that it follows and the primary that it knows of, once each, never itself"
    )
    func audience() {
        func audience(_ named: [String], _ upstream: String?, _ primary: String?) -> [String] {
            Succession.audience(named: named, upstream: upstream, primary: primary, ownURL: "http://own:1")
        }
        #expect(audience(["http://a:1"], "http://b:1", "http://c:1") == ["http://a:1", "http://b:1", "http://c:1"])
        #expect(audience(["http://c:1", "http://c:1"], "http://b:1", "http://b:1") == ["http://c:1", "http://b:1"])
        #expect(audience(["http://own:1"], nil, "http://own:1") == [])
        #expect(audience([], nil, "http://c:1") == ["http://c:1"], "one that was superseded follows nobody")
    }

    @Test("that was told without an address is told it later, and knows it after a restart, too")
    func toldTwice() async throws {
        let node = try TemporaryEngine()
        _ = try await node.makeCode(maxUses: 1)
        #expect(try await node.engine.learn(epoch: 7, primary: nil))
        #expect(try await !node.engine.learn(epoch: 7, primary: "loopback://new"))
        node.engine.close()
        let again = try TemporaryEngine(in: node.directory)
        #expect(
            again.engine.standing
                == NodeStanding(authority: .superseded(by: 7), epoch: 7, primary: "loopback://new"))
    }

    @Test("says of each node that is told how that went, and ends with those that are struck off")
    func answers() async throws {
        let node = try TemporaryEngine()
        _ = try await node.makeCode(maxUses: 1)
        let own = try TemporaryDirectory("replica")
        let replica = try await TestReplica.start(in: own, from: LoopbackUpstream(node.engine))
        try await replica.reach(node.engine.position)
        let outcomes = Mutex<[String: String]>([:])
        let succession = Succession(
            engine: replica.engine, ownURL: "loopback://new",
            heard: { url, failure in outcomes.withLock { $0[url] = failure ?? "heard" } }, makeUpstream: nil)
        let dead = LoopbackUpstream(node.engine, url: "loopback://dead")
        dead.replace(by: nil)
        let old = LoopbackUpstream(node.engine, url: "loopback://old")
        let urls = ["loopback://old", "loopback://dead"]
        _ = try await succession.promote(telling: urls) { $0 == dead.url ? dead : old }
        await succession.firstAnswers(of: urls, withinMilliseconds: 20_000)
        #expect(outcomes.withLock { $0 } == ["loopback://old": "heard", "loopback://dead": "it is down"])
        #expect(succession.pending == ["loopback://dead"] && succession.failures == ["loopback://dead": "it is down"])
        #expect(!succession.forget("loopback://old") && succession.forget("loopback://dead"))
        #expect(succession.pending.isEmpty && replica.engine.directory.untold.isEmpty)
        await replica.stop()
    }

    @Test("without a higher epoch is refused, not a crash")
    func lastEpoch() async throws {
        let node = try TemporaryEngine()
        _ = try await node.engine.learn(epoch: .max, primary: nil)
        let error = await #expect(throws: EngineError.self) { try await node.engine.promote() }
        #expect(error?.message.contains("no higher epoch") == true)
    }

    @Test("that was interrupted before its first frame is finished at the next start")
    func interrupted() async throws {
        let node = try TemporaryEngine()
        _ = try await node.makeCode(maxUses: 100)
        let own = try TemporaryDirectory("replica")
        let replica = try await TestReplica.start(in: own, from: LoopbackUpstream(node.engine))
        try await replica.reach(node.engine.position)
        await replica.stop()
        let path = own.path + "/data/usher.json"
        try Data(#"{"format":2,"role":"primary","epoch":2,"node":"n"}"#.utf8).write(to: URL(filePath: path))
        let primary = try TemporaryEngine(in: own)
        #expect(primary.engine.position == LogPosition(epoch: 2, sequence: node.engine.position.sequence + 1))
    }
}

@Suite("With --sync-replicas")
struct SyncReplicaTests {
    @Test("an acknowledged claim is on the followers' disks")
    func waits() async throws {
        let node = try TemporaryEngine { $0.syncReplicasTimeoutMilliseconds = 60_000 }
        let code = try await node.makeCode(maxUses: 1000)
        let line = LoopbackUpstream(node.engine)
        let (first, second) = (try TemporaryDirectory("first"), try TemporaryDirectory("second"))
        let one = try await TestReplica.start(in: first, from: line)
        let two = try await TestReplica.start(in: second, from: line)
        try await one.reach(node.engine.position)
        try await two.reach(node.engine.position)
        while node.engine.quorum.connected < 2 { try await Task.sleep(for: .milliseconds(5)) }
        node.engine.quorum.require(2)
        for number in 0..<50 {
            let position = try await node.engine.claim(.redeem(code, by: "r\(number)")).position
            #expect(one.engine.syncedPoint.position >= position && two.engine.syncedPoint.position >= position)
        }
        #expect(line.reports.count == 2)
        await one.stop()
        await two.stop()
    }

    @Test("a confirmation that gets lost is made again")
    func lostConfirmation() async throws {
        let node = try TemporaryEngine { $0.syncReplicasTimeoutMilliseconds = 60_000 }
        let code = try await node.makeCode(maxUses: 1000)
        let line = LoopbackUpstream(node.engine, faults: LoopbackUpstream.Faults(lostConfirmations: 3))
        let own = try TemporaryDirectory("replica")
        let replica = try await TestReplica.start(in: own, from: line)
        while node.engine.quorum.connected < 1 { try await Task.sleep(for: .milliseconds(5)) }
        node.engine.quorum.require(1)
        #expect(try await node.engine.claim(.redeem(code, by: "somebody")).value.isNew)
        await replica.stop()
    }

    @Test("a key is changed for everybody when the change is confirmed, and lists and snapshots do not wait for ever")
    func unconfirmedKey() async throws {
        let node = try TemporaryEngine {
            $0.syncReplicasTimeoutMilliseconds = 100
            $0.commitIntervalMilliseconds = 60_000
        }
        _ = try await node.makeCode(maxUses: 1)
        _ = try await node.engine.read { _, _ in }
        // Confirmed, in the same layer as what is not.
        _ = try await node.makeCode(maxUses: 1)
        node.engine.quorum.enter("deaf", at: node.engine.position)
        node.engine.quorum.require(1)
        let generation = node.engine.credentials.generation
        await #expect(throws: EngineError.self) {
            _ = try await node.engine.decide { context throws(Rejection) in
                try APIKeys.create(CreateKey(tenant: .default, name: "k", scopes: ["read"]), in: &context).text
            }
        }
        #expect(node.engine.credentials.generation == generation)
        let error = await #expect(throws: EngineError.self) { try await node.engine.read { _, _ in } }
        #expect(error?.code == .tooFewReplicas)
        let point = try node.engine.writeSnapshot { _ in }
        #expect(point.position < node.engine.syncedPoint.position)
        node.engine.quorum.confirm("deaf", node.engine.syncedPoint.position)
        _ = try await node.engine.read { _, _ in }
        #expect(node.engine.credentials.generation > generation)
    }

    @Test("a primary that starts again shows nothing that its followers may not have, until they have it")
    func restarted() async throws {
        let own = try TemporaryDirectory("primary")
        let node = try TemporaryEngine(in: own) { $0.syncReplicasTimeoutMilliseconds = 50 }
        let code = try await node.makeCode(maxUses: 1)
        let confirmed = node.engine.position
        node.engine.quorum.enter("deaf", at: confirmed)
        node.engine.quorum.require(1)
        let unknown = await #expect(throws: EngineError.self) { try await node.engine.claim(.redeem(code, by: "a")) }
        #expect(unknown?.code == .outcomeUnknown)
        node.engine.close()
        let again = try TemporaryEngine(in: own) { $0.syncReplicas = 1 }
        again.engine.quorum.enter("late", at: confirmed)
        for _ in 0..<2 {
            let claim = await #expect(throws: EngineError.self) { try await again.engine.claim(.redeem(code, by: "a")) }
            let view = await #expect(throws: EngineError.self) { _ = try await again.engine.view { _, now in now } }
            let list = await #expect(throws: EngineError.self) { try await again.engine.read { _, _ in } }
            #expect([claim?.code, view?.code, list?.code].allSatisfy { $0 == .tooFewReplicas })
        }
        #expect(again.engine.status.isWithheld)
        again.engine.quorum.confirm("late", again.engine.syncedPoint.position)
        let outcome = try await again.engine.claim(.redeem(code, by: "a")).value
        #expect(!outcome.isNew && outcome.refusal == nil, "it was there all the time")
        _ = try await again.engine.read { _, _ in }
    }

    @Test("too few followers refuse a claim, nothing of it happens, and nobody falls back silently")
    func tooFew() async throws {
        let node = try TemporaryEngine { $0.syncReplicasTimeoutMilliseconds = 100 }
        let code = try await node.makeCode(maxUses: 10)
        node.engine.quorum.require(1)
        let position = node.engine.position
        let error = await #expect(throws: EngineError.self) { try await node.engine.claim(.redeem(code, by: "r")) }
        #expect(error?.code == .tooFewReplicas)
        #expect(node.engine.position == position && node.engine.syncedPoint.position == position)
        node.engine.quorum.require(0)
        #expect(try await node.engine.claim(.redeem(code, by: "r")).value.isNew)
    }

    @Test("a claim that a follower does not confirm in time is unknown, unseen, and decides nothing until it is there")
    func unknown() async throws {
        let node = try TemporaryEngine { $0.syncReplicasTimeoutMilliseconds = 1000 }
        let code = try await node.makeCode(maxUses: 1)
        let position = node.engine.position
        // From here on a read need not wait for LMDB, which may take longer on a busy disk than followers may.
        _ = try await node.engine.read { snapshot, _ in snapshot.count(Tables.codes) }
        // A follower that is connected and deaf.
        node.engine.quorum.enter("deaf", at: position)
        node.engine.quorum.require(1)
        let first = await #expect(throws: EngineError.self) { try await node.engine.claim(.redeem(code, by: "a")) }
        #expect(first?.code == .outcomeUnknown)
        #expect(node.engine.position == position, "nobody is told of it")
        let rows = try await node.engine.read { snapshot, _ in snapshot.count(Tables.redemptions) }
        #expect(rows.value == 0 && rows.position == position, "nobody sees it")
        await #expect(throws: EngineError.self) { _ = try await node.engine.view { _, now in now } }
        let second = await #expect(throws: EngineError.self) { try await node.engine.claim(.redeem(code, by: "b")) }
        #expect(second?.code == .tooFewReplicas, "nothing is decided on it")
        node.engine.quorum.confirm("deaf", node.engine.syncedPoint.position)
        let again = try await node.engine.claim(.redeem(code, by: "a")).value
        #expect(!again.isNew && again.refusal == nil, "it was there all the time")
    }
}

extension TestReplica {
    /// The chain hash at a position of this node's log.
    func chain(at position: LogPosition) throws -> Hash128 {
        try engine.makeLogReader(after: position).point.chain
    }
}
