import Foundation
import NIOCore
import NIOHTTP1

/// Claims and checks for the steps.
extension Soak {
    static let user = "/api/invitations"
    static let administration = "/api/admin/invitations"

    /// Waits until there is a primary to ask; nil when the run ends before.
    func primaryURL() async -> String? {
        while !isOver {
            if let url = cluster.primaryURL { return url }
            await pause(.milliseconds(50))
        }
        return nil
    }

    /// Sends a request to the primary as an administrator; an answer that no contract knows is a finding.
    func administer(
        _ method: String, _ path: String, _ body: String? = nil, key: String? = nil, headers: [String: String] = [:]
    ) async throws -> Reply {
        guard let url = await primaryURL() else { throw SoakOver() }
        let reply = try await client.send(
            method, url + path, body, key: key ?? keys.admin, headers: headers, patience: .seconds(60))
        check(reply, "\(method) \(path)")
        return reply
    }

    /// Reports an answer that must never be given.
    func check(_ reply: Reply, _ request: String) {
        findings.expect(
            reply.status != 500 && reply.status != 502, .answersAreKnown, "\(request): \(reply.brief)")
    }

    /// Gathers the state of every node, for evidence.
    func describeNodes() async -> String {
        var texts: [String] = []
        for node in cluster.nodes {
            let reply = try? await client.send(
                "GET", node.url + "/api/admin/replication", key: KeyRing.root, patience: .seconds(3))
            texts.append("node \(node.name): " + (reply?.text ?? "no answer"))
        }
        return texts.joined(separator: "\n")
    }

    /// A text of JSON.
    static func json(_ object: [String: Any]) -> String {
        String(
            decoding: (try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])) ?? Data(),
            as: UTF8.self)
    }

    /// Claims once and notes what was said.
    @discardableResult
    func claim(
        _ place: ClaimBook.Place, key: String, idempotencyKey: String? = nil, isKept: Bool = true
    ) async throws -> Reply? {
        guard let url = await primaryURL() else { return nil }
        let wasRevoked = book.begin(place)
        do {
            let reply = try await client.send(
                "POST", url + Soak.user + "/redeem", Soak.json(Soak.body(place)), key: key,
                headers: idempotencyKey.map { ["idempotency-key": $0] } ?? [:])
            check(reply, "POST /redeem")
            book.end(
                place, Fate(reply), at: reply.position,
                isReplayed: reply.headers.first(name: "idempotent-replayed") == "true", wasRevoked: wasRevoked,
                isKept: isKept)
            return reply
        } catch {
            book.end(place, Fate(error), isKept: isKept)
            return nil
        }
    }

    /// The body of a claim: a target that begins with `campaign:` is claimed without a code.
    static func body(_ place: ClaimBook.Place) -> [String: Any] {
        let prefix = "campaign:"
        return place.target.hasPrefix(prefix)
            ? ["campaign": String(place.target.dropFirst(prefix.count)), "redeemer_id": place.redeemer]
            : ["code": place.target, "redeemer_id": place.redeemer]
    }

    /// A redeemer who has never asked before.
    static func somebody(using dice: inout Dice) -> String { "p" + dice.text(11) }

    /// Asks for the same place until the outcome is known, as any client should.
    func claimUntilKnown(_ place: ClaimBook.Place, isKept: Bool = true) async throws -> Reply? {
        while !isOver {
            if let reply = try await claim(place, key: keys.prober, isKept: isKept) {
                switch Fate(reply) {
                case .place, .refused, .hold: return reply
                case .nothing, .unknown: break
                }
            }
            await rest(.milliseconds(200))
        }
        return nil
    }
}
