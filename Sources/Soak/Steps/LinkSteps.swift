/// Lines between the primary and its replicas that are slow, silent, cut, or repeat themselves.
extension Step {
    static let linkSteps: [Step] = [
        Step("link-delay", .links, weight: 20) { soak, dice in
            guard let (_, line) = soak.someLine(using: &dice) else { return }
            line.set(delayMillisecondsMax: dice.number(1...40), cutPerThousand: 0)
            await soak.rest(.milliseconds(dice.number(500...5000)))
            line.heal()
        },
        Step("link-flaky", .links, weight: 10) { soak, dice in
            guard let (replica, line) = soak.someLine(using: &dice) else { return }
            soak.availability.add(replica.name, "link")
            line.set(delayMillisecondsMax: dice.number(0...20), cutPerThousand: dice.number(5...60))
            await soak.rest(.milliseconds(dice.number(500...4000)))
            line.heal()
            soak.availability.remove(replica.name, "link")
        },
        Step("link-cut", .links, weight: 15) { soak, dice in
            guard let (_, line) = soak.someLine(using: &dice) else { return }
            line.cut()
        },
        Step("link-hold", .links, weight: 20) { soak, dice in
            guard let (replica, line) = soak.someLine(using: &dice) else { return }
            soak.availability.add(replica.name, "link")
            line.hold()
            await soak.rest(.milliseconds(dice.chance(25) ? dice.number(5000...25_000) : dice.number(300...4000)))
            line.heal()
            soak.availability.remove(replica.name, "link")
        },
        Step("link-repeat", .links, weight: 15) { soak, dice in
            guard let (_, line) = soak.someLine(using: &dice) else { return }
            // Delivered by the network again: the node did not send it, and does not listen to its answer.
            if dice.chance(50) { line.cut() }
            let isRepeated = await line.repeatOldRequest(listening: .milliseconds(dice.number(50...1500)))
            if !isRepeated { soak.log.write("  nothing to repeat yet") }
        },
    ]
}

extension Soak {
    /// A replica and the link through which it follows now.
    fileprivate func someLine(using dice: inout Dice) -> (Node, Link)? {
        guard let replica = dice.pick(cluster.replicas), let line = cluster.line(of: replica) else { return nil }
        log.write("  \(line.name)")
        return (replica, line)
    }
}
