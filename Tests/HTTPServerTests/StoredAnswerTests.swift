import Domain
import Engine
import JSONText
import Journal
import NIOCore
import TestSupport
import Testing

@testable import API
@testable import HTTPServer

@Suite("Answers under an Idempotency-Key")
struct StoredAnswerTests {
    private static let admin = "/api/admin/invitations"

    /// Sends a request twice with one key, and expects the second answer to be the first one.
    private func expectReplay(
        _ server: TestServer, _ method: String, _ path: String, _ body: String?, key: String
    ) async throws -> TestServer.Reply {
        let first = try await server.send(method, path, body, headers: ["Idempotency-Key": key])
        _ = try await server.post(Self.admin + "/tenants", #"{"id":"t-\#(key)"}"#)
        let again = try await server.send(method, path, body, headers: ["Idempotency-Key": key])
        #expect(first.status < 300 && first.headers["idempotent-replayed"] == nil, "\(path) \(first.text)")
        #expect(again.status == first.status && again.body == first.body, "\(path) \(again.text)")
        #expect(again.headers["idempotent-replayed"] == "true", "\(path)")
        #expect(again.headers["usher-position"] != first.headers["usher-position"], "the node's own position")
        let others: Set = ["date", "usher-position", "idempotent-replayed"]
        #expect(
            again.headers.filter { !others.contains($0.key) } == first.headers.filter { !others.contains($0.key) },
            "\(path): all other fields are those of the first answer")
        if first["position"] != .null { #expect(first["position"].string == first.headers["usher-position"]) }
        let other = try await server.send(method, path, #"{"other":1}"#, headers: ["Idempotency-Key": key])
        #expect(other.status == 422, "\(path) \(other.text)")
        return first
    }

    @Test("a success comes back byte for byte, its position included, whatever the operation")
    func replays() async throws {
        try await TestServer.run { server in
            let id = try await server.campaign("drop", type: "capacity", perUser: 100)
            let claim = #"{"campaign":"drop","redeemer_id":1}"#
            let redeemed = try await expectReplay(server, "POST", "/api/invitations/redeem", claim, key: "a")
            #expect(redeemed["position"] != .null && redeemed["already"] == false)
            let held = try await expectReplay(
                server, "POST", "/api/invitations/holds", #"{"campaign":"drop","redeemer_id":2}"#, key: "b")
            guard case .integer(let hold) = held["hold", "id"] else { throw TestFailure(held.text) }
            let confirmed = try await expectReplay(
                server, "POST", "/api/invitations/holds/\(hold)/confirm", nil, key: "c")
            #expect(confirmed["position"] != .null && confirmed["already"] == false)
            // Without a key, and nothing changes any more: the position is that of the node.
            let already = try await server.post("/api/invitations/holds/\(hold)/confirm")
            #expect(already["already"] == true && already["position"].string == already.headers["usher-position"])
            let changed = try await expectReplay(
                server, "PATCH", "\(Self.admin)/campaigns/\(id)", #"{"name":"new"}"#, key: "d")
            let shown = try await server.get("\(Self.admin)/campaigns/\(id)")
            #expect(changed.headers["etag"] != nil && changed.headers["etag"] == shown.headers["etag"])
            let vanity = try await expectReplay(
                server, "POST", "\(Self.admin)/codes/vanity", #"{"code":"TAGGED"}"#, key: "g")
            guard case .integer(let code) = vanity["data", "id"] else { throw TestFailure(vanity.text) }
            let tag = try #require(vanity.headers["etag"])
            let cut = try await server.send(
                "PATCH", "\(Self.admin)/codes/\(code)", #"{"max_uses":5}"#, headers: ["If-Match": tag])
            #expect(cut.status == 200, "the tag of a replay is one that a change can name")
            _ = try await expectReplay(server, "POST", "\(Self.admin)/codes/\(code)/revoke", nil, key: "h")
            let made = #"{"key":"made","name":"n","type":"capacity"}"#
            _ = try await expectReplay(server, "POST", Self.admin + "/campaigns", made, key: "i")
            _ = try await expectReplay(
                server, "POST", Self.admin + "/codes/signed", #"{"expires_at":"2031-03-30"}"#, key: "j")
            _ = try await expectReplay(server, "POST", "\(Self.admin)/codes", #"{"count":3}"#, key: "e")
            guard case .integer(let redemption) = redeemed["redemption", "id"] else { throw TestFailure("no id") }
            _ = try await expectReplay(
                server, "POST", "\(Self.admin)/redemptions/\(redemption)/release", nil, key: "f")
            // The stored answer may name a redemption that was given back since.
            let again = try await server.post(
                "/api/invitations/redeem", claim, headers: ["Idempotency-Key": "a"])
            #expect(again.body == redeemed.body && again.headers["idempotent-replayed"] == "true")
        }
    }

    @Test("the tag of a replay is of the epoch that replays it: a change can name it after a promotion too")
    func tagsAfterPromotion() async throws {
        try await TestServer.run { server in
            let id = try await server.campaign("drop", type: "capacity")
            let path = "\(Self.admin)/campaigns/\(id)"
            let key = ["Idempotency-Key": "a"]
            let first = try await server.send("PATCH", path, #"{"name":"new"}"#, headers: key)
            let old = try #require(first.headers["etag"])
            try await server.engine.learn(epoch: server.engine.position.epoch + 1, primary: nil)
            try await server.engine.promote()
            let replay = try await server.send("PATCH", path, #"{"name":"new"}"#, headers: key)
            #expect(replay.headers["idempotent-replayed"] == "true" && replay.body == first.body)
            let tag = try #require(replay.headers["etag"])
            let shown = try await server.get(path)
            #expect(tag != old && tag == shown.headers["etag"])
            for (named, status) in [(old, 412), (tag, 200), (tag, 412)] {
                let reply = try await server.send(
                    "PATCH", path, #"{"name":"newer"}"#, headers: ["If-Match": named])
                #expect(reply.status == status, "\(named) \(reply.text)")
            }
        }
    }

    @Test("a key belongs to a method and a path")
    func scope() async throws {
        try await TestServer.run { server in
            _ = try await server.campaign("drop", type: "capacity", perUser: 9)
            let headers = ["Idempotency-Key": "same"]
            let body = #"{"campaign":"drop","redeemer_id":1}"#
            #expect(try await server.post("/api/invitations/holds", body, headers: headers).status == 201)
            let redeemed = try await server.post("/api/invitations/redeem", body, headers: headers)
            #expect(redeemed.status == 200 && redeemed.headers["idempotent-replayed"] == nil)
            let spelled = try await server.post("/api/invitations/%72edeem", body, headers: headers)
            #expect(spelled.headers["idempotent-replayed"] == "true" && spelled.body == redeemed.body)
        }
    }

    @Test("refusals and errors are never stored: the same key is decided anew when they stop being true")
    func refusals() async throws {
        try await TestServer.run { server in
            let made = try await server.post(
                Self.admin + "/campaigns",
                #"{"key":"drop","name":"n","type":"capacity","max_redemptions_total":1}"#)
            guard case .integer(let id) = made["data", "id"] else { throw TestFailure(made.text) }
            let path = "\(Self.admin)/campaigns/\(id)"
            func claim(_ redeemer: Int, _ key: String) async throws -> TestServer.Reply {
                try await server.post(
                    "/api/invitations/redeem", #"{"campaign":"drop","redeemer_id":\#(redeemer)}"#,
                    headers: ["Idempotency-Key": key])
            }
            for _ in 0..<2 {
                let early = try await claim(1, "k")
                #expect(early.status == 403 && early.headers["idempotent-replayed"] == nil)
            }
            _ = try await server.send("PATCH", path, #"{"status":"active"}"#)
            let taken = try await claim(1, "k")
            #expect(taken.status == 200 && taken["already"] == false && taken.headers["idempotent-replayed"] == nil)
            #expect(try await claim(1, "k").headers["idempotent-replayed"] == "true")
            #expect(try await claim(2, "l").status == 409)
            // The campaign's key is taken; once the cap is raised the same key succeeds.
            _ = try await server.send("PATCH", path, #"{"max_redemptions_total":2}"#)
            #expect(try await claim(2, "l").status == 200)
            let body = #"{"sync":1}"#
            let bad = try await server.post(Self.admin + "/campaigns", body, headers: ["Idempotency-Key": "m"])
            #expect(bad.status == 422)
            let good = try await server.post(
                Self.admin + "/campaigns", #"{"key":"x","name":"n","type":"capacity"}"#,
                headers: ["Idempotency-Key": "m"])
            #expect(good.status == 201, "what was refused did not use the key up")
            let batch = try await server.post("/api/invitations/redeem/batch", "", headers: ["Idempotency-Key": "n"])
            #expect(batch.status == 422)
        }
    }

    @Test("an earlier version's stored success is replayed, its stored refusal is decided anew")
    func earlierVersions() async throws {
        try await TestServer.run { server in
            _ = try await server.campaign("drop", type: "capacity")
            func put(_ status: UInt16, _ key: String, _ body: String) async throws {
                let request = try IdempotentRequest(
                    field: key, access: Access(tenant: .default, scopes: .root, credential: EntityNumber(rawValue: 0)),
                    method: "POST", path: "/api/invitations/redeem", query: nil, body: ByteBuffer(string: body))
                let stored = IdempotencyKey(tenant: .default, credential: EntityNumber(rawValue: 0), key: key)
                _ = try await server.engine.decide { context throws(Rejection) in
                    let record = IdempotencyRecord(
                        fingerprint: request.fingerprint, createdAt: context.now, status: status, kind: 0,
                        body: Array("{\"earlier\":true}".utf8))
                    Idempotency.store(record, for: stored, in: &context)
                }
            }
            let body = #"{"campaign":"drop","redeemer_id":1}"#
            try await put(200, "good", body)
            try await put(403, "bad", body)
            let replayed = try await server.send(
                "POST", "/api/invitations/redeem", bytes: Array(body.utf8), headers: ["Idempotency-Key": "good"],
                isDocumented: false)
            #expect(replayed["earlier"] == true && replayed.headers["idempotent-replayed"] == "true")
            let anew = try await server.post("/api/invitations/redeem", body, headers: ["Idempotency-Key": "bad"])
            #expect(anew.status == 200 && anew["already"] == false)
        }
    }

    @Test("a key that was made is shown once: null in a replay, all else byte for byte")
    func secrets() async throws {
        try await TestServer.run { server in
            let body = #"{"name":"n \"q\" é","scopes":["claims"]}"#
            let headers = ["Idempotency-Key": "k"]
            let first = try await server.post(Self.admin + "/keys", body, headers: headers)
            let again = try await server.post(Self.admin + "/keys", body, headers: headers)
            let key = try #require(first["data", "key"].string)
            #expect(again.status == 201 && again.headers["idempotent-replayed"] == "true")
            #expect(again.text == first.text.replacing("\"\(key)\"", with: "null"))
            let reply = try await server.post("/api/invitations/redeem", #"{"code":"x","redeemer_id":1}"#, key: key)
            #expect(reply.status == 422)
        }
    }

    @Test("claims are counted by every door: plain, batch, with a key, a hold, its confirmation, and in-process")
    func counts() async throws {
        try await TestServer.run { server in
            _ = try await server.campaign("drop", type: "capacity", perUser: 1)
            // The sequencer publishes its figures after it has answered.
            func eventually(_ holds: (ClaimCounts) -> Bool) async throws -> Bool {
                for _ in 0..<1000 where !holds(server.engine.status.counts.claims) {
                    try await Task.sleep(for: .milliseconds(10))
                }
                return holds(server.engine.status.counts.claims)
            }
            func body(_ redeemer: Int) -> String { #"{"campaign":"drop","redeemer_id":\#(redeemer)}"# }
            let redeem = "/api/invitations/redeem"
            for round in 0..<2 { _ = try await server.post(redeem, body(1 + round)) }
            #expect(try await eventually { $0.redeemed == 2 })
            _ = try await server.post(redeem, body(3), headers: ["Idempotency-Key": "a"])
            #expect(try await eventually { $0.redeemed == 3 })
            _ = try await server.post(redeem + "/batch", body(4) + "\n" + body(5))
            #expect(try await eventually { $0.redeemed == 5 })
            let held = try await server.post("/api/invitations/holds", body(6), headers: ["Idempotency-Key": "b"])
            #expect(try await eventually { $0.held == 1 })
            guard case .integer(let id) = held["hold", "id"] else { throw TestFailure(held.text) }
            for _ in 0..<2 { _ = try await server.post("/api/invitations/holds/\(id)/confirm") }
            #expect(try await eventually { $0.redeemed == 6 && $0.replayed == 1 })
            let redeemer = try #require(AccountID("7"))
            _ = try await server.engine.claim(
                ClaimCommand(tenant: .default, target: .campaign("drop"), redeemer: redeemer))
            #expect(try await eventually { $0.redeemed == 7 })
            _ = try await server.post(redeem, #"{"code":"no","redeemer_id":1}"#, headers: ["Idempotency-Key": "c"])
            #expect(try await eventually { $0.refused(.invalid) == 1 })
            let late = try await server.post("/api/invitations/holds", body(8))
            guard case .integer(let released) = late["hold", "id"] else { throw TestFailure(late.text) }
            _ = try await server.post("/api/invitations/holds/\(released)/release")
            #expect(try await server.post("/api/invitations/holds/\(released)/confirm").status == 409)
            #expect(try await eventually { $0.refused(.holdConflict) == 1 })
            let text = try await server.get("/metrics", key: nil).text
            #expect(text.contains("usher_claims_total{outcome=\"redeemed\"} 7"))
            #expect(text.contains("usher_claims_total{outcome=\"hold_conflict\"} 1"))
        }
    }

    @Test("a hold whose redemption was released stays used up for its first owner")
    func releasedClaim() async throws {
        try await TestServer.run { server in
            _ = try await server.campaign("drop", type: "capacity", limit: 1)
            func post(_ path: String, _ redeemer: Int) async throws -> TestServer.Reply {
                try await server.post("/api/invitations/" + path, #"{"campaign":"drop","redeemer_id":\#(redeemer)}"#)
            }
            let held = try await post("holds", 1)
            guard case .integer(let hold) = held["hold", "id"] else { throw TestFailure(held.text) }
            let confirmed = try await server.post("/api/invitations/holds/\(hold)/confirm")
            guard case .integer(let id) = confirmed["redemption", "id"] else { throw TestFailure(confirmed.text) }
            for _ in 0..<2 {
                #expect(try await server.post("\(Self.admin)/redemptions/\(id)/release").status == 200)
            }
            #expect(try await post("redeem", 2).status == 200, "another person takes the place")
            for path in ["confirm", "release"] {
                let reply = try await server.post("/api/invitations/holds/\(hold)/\(path)")
                #expect(reply.status == 409 && reply["error"] == "hold_conflict", "\(path)")
            }
            let shown = try await server.get("/api/invitations/holds/\(hold)")
            #expect(shown["hold", "state"] == "confirmed" && shown["hold", "redemption_id"] == .integer(id))
            #expect(try await post("redeem", 1)["error"] == "exhausted")
            #expect(try await post("holds", 1)["error"] == "exhausted")
        }
    }
}
