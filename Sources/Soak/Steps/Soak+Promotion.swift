import Foundation
import NIOCore

extension Soak {
    /// Makes a replica the primary, as the guide says: the one that has most, and the other one is told.
    ///
    /// - Parameters:
    ///   - kills: True to kill the old primary instead of draining it.
    ///   - offline: True to stop the replica, promote its directory, and start it as a primary.
    ///   - dice: The dice of the step.
    /// - Throws: ``SoakFailure`` when a node does not start, and the error of a request.
    func promote(kills: Bool, offline: Bool, using dice: inout Dice) async throws {
        let old = cluster.primary
        if kills { await old.killNow() } else { await drain(old) }
        cluster.close()
        // Bytes under way from a machine that is gone never arrive.
        for link in cluster.allLinks { link.cut() }
        await pause(.milliseconds(300))
        var standing: [(node: Node, position: Position)] = []
        for replica in cluster.replicas { standing.append((replica, try await position(of: replica))) }
        standing.sort { $0.position > $1.position }
        guard let new = standing.first?.node, let other = standing.last?.node else { return }
        log.write(
            "  node \(new.name) at \(standing[0].position), \(other.name) at \(standing[1].position)"
                + (offline ? ", offline" : ""))
        if offline {
            try await promoteStopped(new, telling: other)
        } else {
            try await promoteRunning(new, telling: other)
        }
        cluster.open(primary: new, told: other)
        try await whileAway(old) {
            if dice.chance(40) { try await serveSuperseded(old, using: &dice) }
            try await cluster.startReplica(old, key: keys.replicate, forces: true)
        }
        try await expectAcknowledged(using: &dice, after: "the promotion of node \(new.name)")
    }

    /// Starts the old primary as if nothing had happened: it must not give out any place.
    private func serveSuperseded(_ old: Node, using dice: inout Dice) async throws {
        try await cluster.startPrimary(old)
        guard let code = codes.endless else { return }
        for _ in 0..<10 {
            let body = Soak.json(["code": code.text, "redeemer_id": "old-" + dice.text(8)])
            let reply = try? await client.send("POST", old.url + Soak.user + "/redeem", body, key: keys.prober)
            findings.expect(
                reply?.status != 200, .acknowledgedStays,
                "node \(old.name), no longer the primary, gives out a place: \(reply?.brief ?? "")")
            await rest(.milliseconds(dice.number(0...200)))
        }
        await drain(old)
    }

    private func promoteRunning(_ node: Node, telling other: Node) async throws {
        let outcome = try await cluster.tool.run(
            ["promote", "--url", node.url, "--tell", other.url, "--json"], environment: ["USHER_KEY": KeyRing.root])
        guard outcome.code == 0 else {
            throw SoakFailure("usher promote ended with \(outcome.code): \(outcome.errors) \(outcome.output)")
        }
        // It was a replica and did not wait for others; before anybody claims, it does.
        for _ in 0..<100 {
            let reply = try? await client.send(
                "PATCH", node.url + "/api/admin/replication", Soak.json(["sync_replicas": 1]), key: KeyRing.root)
            if reply?.status == 200 { return }
            await pause(.milliseconds(100))
        }
        throw SoakFailure("the promoted node \(node.name) does not take sync_replicas: \(node.complaints)")
    }

    private func promoteStopped(_ node: Node, telling other: Node) async throws {
        await drain(node)
        let outcome = try await cluster.tool.run(
            ["promote", "--data", node.data, "--tell", other.url, "--advertise", cluster.frontURL(of: node), "--json"],
            environment: ["USHER_PRIMARY_KEY": KeyRing.root])
        guard outcome.code == 0 else {
            throw SoakFailure("usher promote --data ended with \(outcome.code): \(outcome.errors) \(outcome.output)")
        }
        try await cluster.startPrimary(node)
    }

    /// Where a node is, by its health answer.
    func position(of node: Node) async throws -> Position {
        for _ in 0..<100 {
            if let reply = try? await client.send("GET", node.url + "/readyz?verbose", key: nil, patience: .seconds(5)),
                let position = reply.position ?? (reply.json["position"] as? String).flatMap(Position.init)
            {
                return position
            }
            await pause(.milliseconds(100))
        }
        throw SoakFailure("node \(node.name) does not say its position: \(node.complaints)")
    }
}
