import Foundation

/// Nodes that freeze, die, fill up, come back, and change places.
extension Step {
    static let nodeSteps: [Step] = [
        Step("freeze-replica", .nodes, weight: 14) { soak, dice in
            guard let node = dice.pick(soak.cluster.replicas) else { return }
            soak.availability.add(node.name, "frozen")
            node.freeze()
            await soak.rest(.milliseconds(dice.chance(20) ? dice.number(5000...15_000) : dice.number(200...3000)))
            node.thaw()
            soak.availability.remove(node.name, "frozen")
        },
        Step("freeze-both-replicas", .nodes, weight: 4) { soak, dice in
            for node in soak.cluster.replicas {
                soak.availability.add(node.name, "frozen")
                node.freeze()
            }
            await soak.rest(.milliseconds(dice.number(300...5000)))
            for node in soak.cluster.replicas {
                node.thaw()
                soak.availability.remove(node.name, "frozen")
            }
        },
        Step("freeze-primary", .nodes, weight: 4) { soak, dice in
            let node = soak.cluster.primary
            try await soak.whileAway(node) {
                node.freeze()
                await soak.rest(.milliseconds(dice.number(200...4000)))
                node.thaw()
            }
        },
        Step("chain-replica", .nodes, weight: 4) { soak, dice in try await soak.chainReplica(using: &dice) },
        Step("kill-replica", .nodes, weight: 12) { soak, dice in
            guard let node = dice.pick(soak.cluster.replicas) else { return }
            try await soak.whileAway(node) {
                await node.killNow()
                await soak.rest(.milliseconds(dice.number(0...2000)))
                try await soak.cluster.startReplica(node, key: soak.keys.replicate)
            }
        },
        Step("restart-replica", .nodes, weight: 6) { soak, dice in
            guard let node = dice.pick(soak.cluster.replicas) else { return }
            try await soak.whileAway(node) {
                await soak.drain(node)
                try await soak.cluster.startReplica(node, key: soak.keys.replicate)
            }
        },
        Step("empty-replica", .nodes, weight: 4) { soak, dice in
            guard let node = dice.pick(soak.cluster.replicas) else { return }
            try await soak.whileAway(node) {
                await node.killNow()
                try? FileManager.default.removeItem(atPath: node.data)
                try await soak.cluster.startReplica(node, key: soak.keys.replicate)
            }
        },
        Step("kill-primary", .nodes, weight: 12) { soak, dice in
            let node = soak.cluster.primary
            try await soak.whileAway(node) {
                await node.killNow()
                await soak.rest(.milliseconds(dice.number(0...1500)))
                try await soak.cluster.startPrimary()
            }
            try await soak.expectAcknowledged(using: &dice, after: "a restart of the killed primary")
        },
        Step("restart-primary", .nodes, weight: 6) { soak, dice in
            let node = soak.cluster.primary
            try await soak.whileAway(node) {
                await soak.drain(node)
                try await soak.cluster.startPrimary()
            }
            try await soak.expectAcknowledged(using: &dice, after: "a restart of the drained primary")
        },
        Step("fill-disk", .nodes, weight: 8) { soak, dice in
            guard let node = dice.pick(soak.cluster.nodes) else { return }
            guard node.volume.canBeFilled else {
                return soak.log.skip("fill-disk", "no file system could be mounted here (that needs root)")
            }
            soak.availability.add(node.name, "disk full")
            // Either too little for the server's reserve, or nothing at all.
            let isFilled = node.volume.fill(leaving: dice.chance(50) ? 0 : dice.number(1...100) << 20)
            if isFilled { await soak.rest(.milliseconds(dice.number(1000...6000))) }
            node.volume.free()
            soak.availability.remove(node.name, "disk full")
        },
        Step("promote-planned", .nodes, weight: 7) { soak, dice in
            try await soak.promote(kills: false, offline: dice.chance(30), using: &dice)
        },
        Step("promote-after-death", .nodes, weight: 7) { soak, dice in
            try await soak.promote(kills: true, offline: dice.chance(30), using: &dice)
        },
        Step("restore-elsewhere", .nodes, weight: 6) { soak, dice in try await soak.restoreElsewhere(using: &dice) },
    ]
}

extension Soak {
    /// Runs a body during which a node is not there.
    func whileAway(_ node: Node, _ body: () async throws -> Void) async throws {
        log.write("  node \(node.name)")
        availability.add(node.name, "away")
        // Never left behind, also when the node does not come back: that is reported, and ends the run.
        defer { availability.remove(node.name, "away") }
        try await body()
    }

    /// Lets a replica follow the other one for a while: it confirms nothing to the primary then.
    fileprivate func chainReplica(using dice: inout Dice) async throws {
        guard let node = dice.pick(cluster.replicas), let other = cluster.replicas.first(where: { $0 !== node }) else {
            return
        }
        try await whileAway(node) {
            await drain(node)
            try await cluster.startReplica(node, of: other, key: keys.replicate)
            await rest(.milliseconds(dice.number(1000...4000)))
            if dice.chance(40) { await node.killNow() } else { await drain(node) }
            try await cluster.startReplica(node, key: keys.replicate)
        }
    }

    /// Drains a node, which must end in time and with 0.
    func drain(_ node: Node) async {
        guard let (code, took) = await node.stop() else {
            return findings.report(.processesLive, "node \(node.name) has not ended 30 s after SIGTERM")
        }
        findings.expect(
            code == 0 && took < .seconds(12), .processesLive,
            "node \(node.name) ended with \(code), \(took.seconds) s after SIGTERM: \(node.complaints)")
    }

    /// Asks for places that were acknowledged: each must be there, with its id.
    func expectAcknowledged(using dice: inout Dice, after event: String) async throws {
        for place in book.someAcknowledged(60, recent: 150, using: &dice) {
            guard !isOver, let known = book.record(place)?.redemption else { continue }
            guard let reply = try await claimUntilKnown(place), reply.status != 200 else { continue }
            findings.report(
                .acknowledgedStays,
                "after \(event), redemption \(known) of \(place.redeemer) on \(place.target) is answered \(reply.brief)"
            )
        }
    }
}
