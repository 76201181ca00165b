import Foundation

/// A run from the first start to the last verification.
struct SoakRun: Sendable {
    let soak: Soak

    /// Starts the nodes, makes keys and codes.
    func begin() async throws {
        let cluster = soak.cluster
        cluster.publishRoles()
        soak.availability.add(nil, "beginning")
        try await cluster.startPrimary(syncReplicas: 0)
        var made: [String] = []
        for (scope, name) in [("admin", "admin"), ("read", "reader"), ("claims", "prober"), ("replicate", "replicate")]
        {
            guard let key = try await soak.makeKey(scope, name: name) else {
                throw SoakFailure("no key can be made: \(cluster.primary.complaints)")
            }
            made.append(key.text)
        }
        soak.keys.set(admin: made[0], reader: made[1], prober: made[2], replicate: made[3])
        for replica in cluster.replicas { try await cluster.startReplica(replica, key: soak.keys.replicate) }
        let patched = try await soak.administer(
            "PATCH", "/api/admin/replication", Soak.json(["sync_replicas": 1]), key: KeyRing.root)
        guard patched.status == 200 else { throw SoakFailure("sync_replicas is not taken: \(patched.brief)") }
        try await makeCodes()
        soak.availability.remove(nil, "beginning")
    }

    private func makeCodes() async throws {
        let campaign = try await soak.administer(
            "POST", Soak.administration + "/campaigns",
            Soak.json(["key": "soak", "name": "Soak", "type": "multi_use", "status": "active"]))
        guard let id = campaign.data["id"] as? Int else { throw SoakFailure("no campaign: \(campaign.brief)") }
        soak.ids.note(.campaign, id, of: "campaign soak")
        let code = try await soak.administer(
            "POST", Soak.administration + "/codes",
            Soak.json(["count": 1, "max_uses": 100_000_000, "campaign_id": id]))
        guard let row = code.rows.first, let number = row["id"] as? Int, let text = row["code"] as? String else {
            throw SoakFailure("no code: \(code.brief)")
        }
        soak.ids.note(.code, number, of: "code \(text)")
        soak.book.add(target: text, limit: 100_000_000)
        soak.codes.set(campaign: id, endless: CodePool.Code(id: number, text: text, limit: 100_000_000))
        var dice = Dice(seed: soak.plan.seed, lane: "beginning")
        for _ in 0..<4 { try await soak.makeContendedCode(using: &dice) }
        try await soak.makeSeats(using: &dice)
    }

    /// Runs every lane until the time is up or a promise is broken.
    func steps(progress: @escaping @Sendable (Soak) -> Void) async {
        soak.beginSteps()
        await withTaskGroup(of: Void.self) { group in
            for lane in Step.Lane.allCases {
                for worker in 0..<LaneRunner.workers(lane) {
                    group.addTask { await LaneRunner(soak: soak, lane: lane, worker: worker).run() }
                }
            }
            for worker in 0..<2 { group.addTask { await probe(worker) } }
            group.addTask { await watch(progress) }
        }
    }

    /// Claims steadily as a client that must never be refused for long.
    private func probe(_ worker: Int) async {
        var dice = Dice(seed: soak.plan.seed, lane: "probe \(worker)")
        while !soak.isOver {
            await soak.rest(.milliseconds(100))
            guard let code = soak.codes.endless else { continue }
            let place = ClaimBook.Place(target: code.text, redeemer: Soak.somebody(using: &dice))
            _ = try? await soak.claim(place, key: soak.keys.prober)
        }
    }

    /// Reports processes that have ended by themselves.
    func checkProcesses() {
        for node in soak.cluster.nodes {
            guard let code = node.takeUnexpectedEnd() else { continue }
            soak.findings.report(
                .processesLive, "node \(node.name) ended with \(code) by itself: \(node.complaints)")
        }
    }

    /// Watches the processes, and the time since the last new place.
    private func watch(_ progress: @Sendable (Soak) -> Void) async {
        var round = 0
        while !soak.isOver {
            await pause(.milliseconds(100))
            if soak.availability.watch() { soak.log.write(await soak.describeNodes()) }
            round += 1
            guard round % 10 == 0 else { continue }
            checkProcesses()
            for node in soak.cluster.nodes {
                if let process = node.process, process.isRunning { soak.resources.sample(node.name, pid: process.pid) }
            }
            progress(soak)
        }
    }
}
