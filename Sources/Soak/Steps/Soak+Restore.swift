import Foundation

extension Soak {
    /// Takes a snapshot, lets the cluster continue, and restores it beside: another history of the same server.
    func restoreElsewhere(using dice: inout Dice) async throws {
        let directory = plan.directory + "/restored-" + dice.text(6)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let file = directory + "/usher.snapshot"
        guard let url = await primaryURL() else { return }
        let snapshot = try await cluster.tool.run(
            ["snapshot", "--output", file], environment: ["USHER_URL": url, "USHER_KEY": KeyRing.root])
        guard snapshot.code == 0 else { return }  // The primary may be away; a broken snapshot shows below.
        await rest(.milliseconds(dice.number(500...4000)))
        let data = directory + "/data"
        for arguments in [["restore", "--snapshot", file, "--data", data], ["verify", "--data", data]] {
            let outcome = try await cluster.tool.run(arguments)
            guard outcome.code == 0 else {
                return findings.report(
                    .verifyIsClean,
                    "usher \(arguments.joined(separator: " ")) ended with \(outcome.code): "
                        + outcome.output + outcome.errors)
            }
        }
        let lost = book.standing.newest
        let node = Node(
            name: "restored", port: try Cluster.freePort(),
            volume: Volume(plain: directory), tool: cluster.tool, logs: plan.directory + "/logs")
        try await node.start("serve", environment: ["USHER_ROOT_KEY": KeyRing.root])
        do {
            try await useRestored(node, lost: lost, name: directory.suffix(6).description, using: &dice)
            if dice.chance(50) { try await followStranger(node, using: &dice) }
        } catch {
            await node.killNow()
            throw error
        }
        await drain(node)
        let verdict = try await cluster.tool.run(["verify", "--data", data])
        findings.expect(verdict.code == 0, .verifyIsClean, "the restored directory: \(verdict.output)")
        if findings.isEmpty { try? FileManager.default.removeItem(atPath: directory) }
    }

    /// Makes new things in the restored history: none of their ids may ever be that of another thing.
    private func useRestored(_ node: Node, lost: Position?, name: String, using dice: inout Dice) async throws {
        guard let code = codes.endless else { return }
        func send(_ method: String, _ path: String, _ body: [String: Any]) async throws -> Reply {
            let reply = try await client.send(method, node.url + path, Soak.json(body), key: KeyRing.root)
            check(reply, "\(method) \(path) of a restored server")
            return reply
        }
        var newest: Position?
        for _ in 0..<dice.number(20...60) {
            let redeemer = Soak.somebody(using: &dice)
            let reply = try await send("POST", Soak.user + "/redeem", ["code": code.text, "redeemer_id": redeemer])
            findings.expect(
                reply.status == 200, .historiesDiffer, "a claim on a restored server is answered \(reply.brief)")
            if let id = (reply.json["redemption"] as? [String: Any])?["id"] as? Int {
                ids.note(.redemption, id, of: "of \(redeemer) in the restored history \(name)")
            }
            newest = reply.position ?? newest
        }
        let made = try await send("POST", Soak.administration + "/codes", ["count": 20, "max_uses": 1])
        for row in made.rows {
            if let id = row["id"] as? Int { ids.note(.code, id, of: "a code of the restored history \(name)") }
        }
        let held = try await send(
            "POST", Soak.user + "/holds", ["code": code.text, "redeemer_id": Soak.somebody(using: &dice)])
        if let id = (held.json["hold"] as? [String: Any])?["id"] as? Int {
            ids.note(.hold, id, of: "of somebody in the restored history \(name)")
        }
        if let newest, let lost {
            findings.expect(
                newest.epoch != lost.epoch && newest > lost, .historiesDiffer,
                "the restored history is at \(newest), the one that it left at \(lost)")
        }
    }

    /// Lets a replica follow the restored server by mistake: nothing of its own may be lost by that.
    private func followStranger(_ stranger: Node, using dice: inout Dice) async throws {
        guard let node = dice.pick(cluster.replicas) else { return }
        try await whileAway(node) {
            let before = try await position(of: node)
            await drain(node)
            let known = node.complaintBytes
            // It may end by itself, or stay and say why: both are an answer.
            try? await node.start(
                "replica", ["--primary", stranger.url],
                environment: ["USHER_PRIMARY_KEY": KeyRing.root, "USHER_ROOT_KEY": KeyRing.root], mayEnd: true)
            await rest(.milliseconds(dice.number(500...2500)))
            await node.killNow()
            try await cluster.startReplica(node, key: keys.replicate)
            let said = node.complaints(after: known)
            findings.expect(
                !said.contains("Bootstrapped"), .historiesDiffer,
                "node \(node.name) at \(before) followed a restored server and gave its data away: \(said)")
        }
    }
}
