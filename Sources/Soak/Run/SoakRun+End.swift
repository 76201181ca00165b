import Foundation
import NIOCore

extension SoakRun {
    /// Mends every fault, waits until the nodes are equal, compares them with the answers, and stops and verifies
    /// them.
    func end() async throws {
        let cluster = soak.cluster
        for node in cluster.nodes { node.thaw() }
        for link in cluster.allLinks { link.heal() }
        for node in cluster.nodes { node.volume.free() }
        checkProcesses()
        for node in cluster.nodes where !node.isRunning {
            if node === cluster.primary {
                try await cluster.startPrimary()
            } else {
                try await cluster.startReplica(node, key: soak.keys.replicate)
            }
        }
        for node in cluster.nodes {
            let position = try await soak.position(of: cluster.primary)
            try await settle(node, at: position)
            try await compare(node)
        }
        try await stopAndVerify()
    }

    /// Waits until a node has a position.
    private func settle(_ node: Node, at position: Position) async throws {
        for _ in 0..<60 {
            let reply = try? await soak.client.send(
                "GET", node.url + Soak.administration + "/codes?limit=1", key: KeyRing.root,
                headers: ["usher-min-position": position.description, "usher-wait-ms": "1000"])
            if reply?.status == 200 { return }
            await pause(.milliseconds(500))
            checkProcesses()
            if !node.isRunning { throw SoakFailure("node \(node.name) has ended: \(node.complaints)") }
        }
        throw SoakFailure("node \(node.name) does not reach \(position) in a minute:\n\(await soak.describeNodes())")
    }

    /// Reads all redemptions of a node: every acknowledged one is there, and nobody has two.
    private func compare(_ node: Node) async throws {
        var listed: Set<Int> = []
        var live: Set<String> = []
        var cursor = ""
        let places = soak.book.places
        let people = Set(places.keys.map(\.redeemer))
        repeat {
            let reply = try await soak.client.send(
                "GET", node.url + Soak.administration + "/redemptions?limit=2000" + cursor, key: KeyRing.root,
                patience: .seconds(60))
            guard reply.status == 200 else { throw SoakFailure("node \(node.name): \(reply.brief)") }
            for row in reply.rows {
                guard let id = row["id"] as? Int, let redeemer = row["redeemer_id"] as? String else { continue }
                soak.findings.expect(
                    listed.insert(id).inserted, .readsAgree, "node \(node.name) lists redemption \(id) twice")
                soak.findings.expect(
                    people.contains(redeemer), .acknowledgedStays, "node \(node.name) has \(redeemer), who never asked")
                guard row["released_at"] is NSNull else { continue }
                soak.findings.expect(
                    live.insert("\(row["code_id"] ?? "")/\(row["campaign_id"] ?? "")/\(redeemer)").inserted,
                    .onePlaceEach, "node \(node.name): \(redeemer) has two places: \(row)")
            }
            cursor = (reply.json["next_cursor"] as? String).map { "&cursor=" + $0 } ?? ""
        } while !cursor.isEmpty
        for (place, record) in places {
            guard let id = record.redemption, !listed.contains(id) else { continue }
            soak.findings.report(
                .acknowledgedStays,
                "node \(node.name) has lost redemption \(id) of \(place.redeemer) on \(place.target)")
        }
    }

    /// Stops the nodes, verifies each, and compares those at equal positions.
    private func stopAndVerify() async throws {
        let cluster = soak.cluster
        // The primary first: frames that it writes while it drains can still reach the others.
        await soak.drain(cluster.primary)
        for replica in cluster.replicas { await soak.drain(replica) }
        var digests: [String: Set<String>] = [:]
        for node in cluster.nodes {
            let isPrimary = node === cluster.primary
            let verdict = try await cluster.tool.run(
                ["verify", "--data", node.data, "--metrics", "--json"], within: .seconds(900))
            soak.findings.expect(
                verdict.code == 0, .verifyIsClean,
                "node \(node.name) (\(isPrimary ? "primary" : "replica")): \(verdict.output.prefix(1500)) \(verdict.errors)"
            )
            guard let position = verdict.json["position"] as? String, let digest = verdict.json["digest"] as? String
            else { continue }
            soak.log.write("node \(node.name) is at \(position) with digest \(digest)")
            digests[position, default: []].insert(digest)
        }
        for (position, digests) in digests where digests.count > 1 {
            soak.findings.report(.nodesAgree, "at \(position) there are the digests \(digests.sorted())")
        }
    }
}
