import Foundation
import NIOCore
import NIOHTTP1

/// Lists, exports, single things with their ETags, and the figures of replicas.
extension Step {
    static let readSteps: [Step] = [
        Step("list-codes", .reads, weight: 20) { soak, dice in try await soak.listCodes(using: &dice) },
        Step("list-redemptions", .reads, weight: 10) { soak, dice in
            guard let code = dice.pick(soak.codes.contended) else { return }
            let reply = try await soak.administer(
                "GET", Soak.administration + "/redemptions?limit=1000&code_id=\(code.id)", key: soak.keys.reader)
            guard reply.status == 200 else { return }
            let live = reply.rows.filter { $0["released_at"] is NSNull }
            let people = Set(live.compactMap { $0["redeemer_id"] as? String })
            soak.findings.expect(
                live.count <= code.limit && people.count == live.count
                    && live.allSatisfy { $0["code_id"] as? Int == code.id },
                .withinLimits, "code \(code.text) of \(code.limit) places lists \(live.count) of \(people.count) people"
            )
        },
        Step("export", .reads, weight: 3) { soak, dice in
            let filter = dice.chance(50) ? "?state=revoked" : "?campaign_id=\(soak.codes.campaign)"
            let reply = try await soak.administer(
                "GET", Soak.administration + "/codes/export" + filter, key: soak.keys.reader)
            guard reply.status == 200 else { return }
            for line in reply.text.split(separator: "\n") {
                let row = (try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]) ?? [:]
                let fits =
                    filter.contains("state")
                    ? row["state"] as? String == "revoked" : row["campaign_id"] as? Int == soak.codes.campaign
                soak.findings.expect(fits, .readsAgree, "the export\(filter) has the row \(line)")
                if !fits { return }
            }
        },
        Step("read-code", .reads, weight: 20) { soak, dice in try await soak.readVersioned(using: &dice) },
        Step("metrics", .reads, weight: 15) { soak, dice in try await soak.readFigures(using: &dice) },
        Step("health", .reads, weight: 10) { soak, dice in
            guard let node = dice.pick(soak.cluster.nodes) else { return }
            for path in ["/livez", "/readyz?verbose", "/metrics"] {
                let reply = try await soak.client.send("GET", node.url + path, key: nil, patience: .seconds(10))
                soak.findings.expect(
                    reply.status == 200 || (path != "/livez" && reply.status == 503), .answersAreKnown,
                    "\(path) of node \(node.name): \(reply.brief)")
            }
        },
    ]
}

extension Soak {
    /// Reads some pages of codes; no row twice, every row as the filter says, every counter within its limit.
    fileprivate func listCodes(using dice: inout Dice) async throws {
        let state = dice.pick(["active", "revoked", "exhausted", "expired"]) ?? "active"
        let filter = dice.pick(["", "&state=" + state, "&campaign_id=\(codes.campaign)"]) ?? ""
        var cursor = ""
        var seen: Set<Int> = []
        for _ in 0..<dice.number(1...4) {
            let path = Soak.administration + "/codes?limit=\(dice.number(1...400))" + filter + cursor
            let reply = try await administer("GET", path, key: keys.reader)
            findings.expect(
                reply.status != 422, .readsAgree, "GET \(path) says \(reply.brief)")
            guard reply.status == 200 else { return }
            for row in reply.rows {
                guard let id = row["id"] as? Int, let used = row["current_uses"] as? Int, let held = row["held"] as? Int
                else { return findings.report(.readsAgree, "GET \(path) has the row \(row)") }
                let limit = row["max_uses"] as? Int ?? Int.max
                findings.expect(seen.insert(id).inserted, .readsAgree, "GET \(path) lists code \(id) twice")
                findings.expect(
                    used + held <= limit, .withinLimits, "code \(id) has \(used) used and \(held) held of \(limit)")
                let fits =
                    (!filter.contains("state") || row["state"] as? String == state)
                    && (!filter.contains("campaign") || row["campaign_id"] as? Int == codes.campaign)
                findings.expect(fits, .readsAgree, "GET \(path) has the row \(row)")
            }
            guard let next = reply.json["next_cursor"] as? String else { return }
            cursor = "&cursor=" + next
        }
    }

    /// Reads a thing with its version, and again with that version.
    fileprivate func readVersioned(using dice: inout Dice) async throws {
        let code = dice.chance(70) ? dice.pick(codes.contended) : codes.endless
        let thing = code.map { "/codes/\($0.id)" } ?? codes.seats.map { "/campaigns/\($0.id)" }
        guard let thing else { return }
        let path = Soak.administration + thing
        let first = try await administer("GET", path, key: keys.reader)
        etags.note(path: path, first)
        guard first.status == 200, let tag = first.headers.first(name: "etag") else { return }
        let again = try await administer("GET", path, key: keys.reader, headers: ["if-none-match": tag])
        etags.note(path: path, again)
        // A place that was taken and given back in between leaves the text as it was, with a later version.
        findings.expect(
            again.status == 304 || again.headers.first(name: "etag") != tag || again.status >= 400, .readsAgree,
            "GET \(path) with If-None-Match \(tag) says 200 with the same tag")
        if let used = first.data["current_uses"] as? Int, let held = first.data["held"] as? Int,
            let limit = first.data["max_uses"] as? Int
        {
            findings.expect(
                used + held <= limit, .withinLimits, "\(path) has \(used) used and \(held) held of \(limit)")
        }
    }

    /// Reads figures of a replica at the position of an acknowledged claim, and compares them with what was answered.
    fileprivate func readFigures(using dice: inout Dice) async throws {
        guard let replica = dice.pick(cluster.replicas) else { return }
        let before = book.standing
        guard let newest = before.newest else { return }
        let reply = try await client.send(
            "GET", replica.url + Soak.administration + "/metrics", key: keys.reader,
            headers: ["usher-min-position": newest.description, "usher-wait-ms": "3000"])
        check(reply, "GET /metrics of a replica")
        guard reply.status == 200, let count = reply.data["redemptions"] as? Int else { return }
        let after = book.standing
        let releases = after.releases - before.releases
        // Releases and claims that are under way may be counted or not.
        let least = before.granted - releases - before.openReleases
        let most = after.granted + after.open + releases
        findings.expect(
            (least...max(least, most)).contains(count), .figuresReconcile,
            "replica \(replica.name) at \(reply.position?.description ?? "?") (asked for \(newest)) counts \(count) redemptions; "
                + "between \(least) and \(most) were acknowledged")
        findings.expect(
            reply.position.map { $0 >= newest } ?? false, .figuresReconcile,
            "replica \(replica.name) was asked for \(newest) and answers at \(reply.position?.description ?? "?")")
    }
}
