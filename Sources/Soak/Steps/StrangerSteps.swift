import Foundation

/// Floods of bad tokens, and downloads that are cut by the client.
extension Step {
    static let strangerSteps: [Step] = [
        Step("flood-of-bad-tokens", .strangers, weight: 10) { soak, dice in
            let count = dice.number(50...400)
            await soak.flood(count, source: dice.number(2...5), seed: dice.next())
        },
        Step("cut-snapshot", .strangers, weight: 20) { soak, dice in
            try await soak.cutDownload("/replication/snapshot", key: soak.keys.replicate, using: &dice)
        },
        Step("cut-export", .strangers, weight: 10) { soak, dice in
            try await soak.cutDownload(Soak.administration + "/codes/export", key: soak.keys.reader, using: &dice)
        },
        Step("cut-list", .strangers, weight: 5) { soak, dice in
            try await soak.cutDownload(Soak.administration + "/codes?limit=5000", key: soak.keys.reader, using: &dice)
        },
        Step("cut-live", .strangers, weight: 5) { soak, dice in
            try await soak.cutDownload(Soak.administration + "/metrics/live", key: soak.keys.reader, using: &dice)
        },
        Step("half-batch", .strangers, weight: 5) { soak, dice in
            guard let node = dice.pick(soak.cluster.nodes) else { return }
            let (port, key, lines) = (node.port, soak.keys.prober, dice.number(1...9000))
            await onThread {
                guard let connection = RawConnection(port: port, source: 6) else { return }
                let body = String(repeating: "{}\n", count: lines)
                _ = connection.send(
                    "POST /api/invitations/redeem/batch HTTP/1.1\r\nHost: soak\r\nAuthorization: Bearer \(key)\r\n"
                        + "Content-Type: application/x-ndjson\r\nContent-Length: \(body.utf8.count * 2)\r\n\r\n\(body)")
                _ = connection.receive(4096)
                connection.resetWhenClosed()
            }
        },
    ]
}

extension Soak {
    /// Asks with tokens that nobody has, from an address of its own.
    fileprivate func flood(_ count: Int, source: Int, seed: UInt64) async {
        let port = cluster.primary.port
        await onThread { [self] in
            var dice = Dice(seed: seed, lane: "tokens")
            guard var connection = RawConnection(port: port, source: source, windowBytes: 256 << 10) else { return }
            for index in 0..<count where !isOver {
                let isSent = connection.send(
                    "GET /api/admin/invitations/codes?limit=1 HTTP/1.1\r\nHost: soak\r\n"
                        + "Authorization: Bearer usher_\(dice.text(26))\r\n\r\n")
                let answer = String(decoding: connection.receive(64 << 10), as: UTF8.self)
                if isSent, answer.hasPrefix("HTTP/1.1 2") {
                    return findings.report(.keysWork, "a token that nobody has is answered \(answer.prefix(200))")
                }
                if !isSent || answer.isEmpty {
                    guard let next = RawConnection(port: port, source: source) else { return }
                    connection = next
                }
                if index % 20 == 0 { Thread.sleep(forTimeInterval: 0.02) }
            }
        }
    }

    /// Reads a part of an answer slowly and goes away, by an orderly end or by a reset.
    fileprivate func cutDownload(_ path: String, key: String, using dice: inout Dice) async throws {
        guard let node = dice.pick(cluster.nodes) else { return }
        let (port, limit, resets) = (node.port, dice.number(1...400_000), dice.chance(50))
        let pauseMilliseconds = dice.chance(50) ? 0 : dice.number(1...10)
        await onThread {
            guard let connection = RawConnection(port: port, source: 7, windowBytes: 4 << 10) else { return }
            guard
                connection.send("GET \(path) HTTP/1.1\r\nHost: soak\r\nAuthorization: Bearer \(key)\r\n\r\n")
            else { return }
            var count = 0
            let end = ContinuousClock.now + .seconds(2)
            while count < limit, ContinuousClock.now < end {
                let bytes = connection.receive(8 << 10)
                if bytes.isEmpty { break }
                count += bytes.count
                if pauseMilliseconds > 0 { Thread.sleep(forTimeInterval: Double(pauseMilliseconds) / 1000) }
            }
            if resets { connection.resetWhenClosed() }
        }
    }
}
