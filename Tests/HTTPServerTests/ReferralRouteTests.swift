import Engine
import Foundation
import JSONText
import TestSupport
import Testing

@testable import Domain
@testable import HTTPServer
@testable import Wire

private let admin = "/api/admin/invitations"

/// Referrals and rewards as a host meets them.
@Suite struct `Referrals and rewards over HTTP` {
    /// A server with a programme, and a code by which an account refers.
    private struct Programme {
        let server: TestServer
        let campaign: Int64
        let code: String

        init(_ server: TestServer, _ policy: String, key: String = "friends", issuer: String = "ann") async throws {
            self.server = server
            let made = try await server.post(
                admin + "/campaigns",
                """
                {"key":"\(key)","name":"n","type":"referral","status":"active","per_user_limit":9,"reward_policy":\(policy)}
                """)
            guard case .integer(let id) = made["data", "id"] else { throw TestFailure(made.text) }
            campaign = id
            let codes = try await server.post(
                admin + "/codes", #"{"count":1,"max_uses":5000,"campaign_id":\#(id),"issuer_id":"\#(issuer)"}"#)
            code = codes["data"].array?.first?.object?["code"]?.string ?? ""
        }

        func redeem(_ redeemer: String, _ more: String = "", headers: [String: String] = [:]) async throws
            -> TestServer.Reply
        {
            try await server.send(
                "POST", "/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":"\#(redeemer)"\#(more)}"#,
                headers: headers)
        }

        func rewards(_ query: String = "") async throws -> [JSONObject] {
            try await server.get(admin + "/rewards" + query)["data"].array?.compactMap(\.object) ?? []
        }
    }

    private static func id(_ value: JSONTree?) throws -> Int64 {
        guard case .integer(let id)? = value else { throw TestFailure("no id: \(String(describing: value))") }
        return id
    }

    @Test func `a claim is answered with its referral by every way in, and a repeat with the same`() async throws {
        try await TestServer.run { server in
            let programme = try await Programme(server, #"{"referrer":{"amount":5,"unit":"points"}}"#)
            let first = try await programme.redeem("bob")
            #expect(first.status == 200 && first["referral", "referrer_id"] == "ann" && first["referral", "depth"] == 1)
            #expect(first["referral", "referee_id"] == "bob" && first["referral", "status"] == "pending")
            #expect(first["referral", "redemption_id"] == first["redemption", "id"])
            let again = try await programme.redeem("bob")
            #expect(again["already"] == true && again["referral"] == first["referral"])
            let keyed = try await programme.redeem("cy", headers: ["Idempotency-Key": "k"])
            let replayed = try await programme.redeem("cy", headers: ["Idempotency-Key": "k"])
            #expect(keyed["referral", "referee_id"] == "cy" && replayed.body == keyed.body)
            let batch = try await server.send(
                "POST", "/api/invitations/redeem/batch", #"{"code":"\#(programme.code)","redeemer_id":"dee"}"#)
            let line = try JSONTree.parse(Array(batch.text.utf8)).object
            #expect(line?["referral"]?.object?["referee_id"] == "dee")
            let hold = try await server.post(
                "/api/invitations/holds", #"{"code":"\#(programme.code)","redeemer_id":"eve"}"#)
            let held = try Self.id(hold["hold", "id"])
            let confirmed = try await server.post("/api/invitations/holds/\(held)/confirm")
            #expect(confirmed["referral", "referee_id"] == "eve")
            // Nobody refers themselves.
            let own = try await programme.redeem("ann")
            #expect(own.status == 200 && own["referral"] == .null)
        }
    }

    @Test func `qualify, raced by 32 clients, grants each side once`() async throws {
        try await TestServer.run { server in
            let programme = try await Programme(
                server, #"{"referrer":{"amount":500,"currency":"EUR"},"referee":{"amount":300,"currency":"EUR"}}"#)
            let id = try Self.id(try await programme.redeem("bob")["referral", "id"])
            let path = admin + "/referrals/\(id)/qualify"
            let replies = try await withThrowingTaskGroup(of: TestServer.Reply.self) { group in
                for _ in 0..<32 { group.addTask { try await server.post(path) } }
                var replies: [TestServer.Reply] = []
                for try await reply in group { replies.append(reply) }
                return replies
            }
            #expect(replies.allSatisfy { $0.status == 200 && $0["data", "rewards"].array?.count == 2 })
            #expect(replies.count { $0["data", "already"] == false } == 1)
            for reply in replies { #expect(reply["data", "rewards"] == replies[0]["data", "rewards"]) }
            let rewards = try await programme.rewards()
            #expect(rewards.count == 2 && rewards.allSatisfy { $0["state"] == "granted" && $0["currency"] == "EUR" })
            #expect(Set(rewards.map { $0["idempotency_key"] ?? .null }.map { "\($0)" }).count == 2)
            let sums = try await server.get(admin + "/rewards/sums")
            #expect(sums["data", "sums"].array?.count == 1 && sums["data", "sums"].array?[0].object?["amount"] == 800)
        }
    }

    @Test func `reverse, raced by 8 clients, reverses once; the other side's reward stays`() async throws {
        try await TestServer.run { server in
            let programme = try await Programme(
                server, #"{"referrer":{"trigger":"on_redemption","amount":5},"referee":{"trigger":"on_redemption"}}"#)
            _ = try await programme.redeem("bob")
            let rewards = try await programme.rewards("?party=referrer")
            let id = try Self.id(rewards[0]["id"])
            let path = admin + "/rewards/\(id)/reverse"
            let replies = try await withThrowingTaskGroup(of: TestServer.Reply.self) { group in
                for number in 0..<8 { group.addTask { try await server.post(path, #"{"reason":"no \#(number)"}"#) } }
                var replies: [TestServer.Reply] = []
                for try await reply in group { replies.append(reply) }
                return replies
            }
            #expect(replies.allSatisfy { $0.status == 200 && $0["data", "state"] == "reversed" })
            #expect(Set(replies.map { "\($0["data", "reason"]) \($0["data", "reversed_at"])" }).count == 1)
            let granted = try await programme.rewards("?state=granted")
            #expect(granted.map { $0["party"] } == ["referee"])
            let confirmed = try await server.post(admin + "/rewards/\(id)/confirm")
            #expect(confirmed.status == 409 && confirmed["code"] == "reward_over")
            for body in ["{}", #"{"reason":""}"#] {
                let refused = try await server.post(path, body)
                #expect(refused.status == 422 && refused["errors", "reason"] != .null, "\(refused.text)")
            }
        }
    }

    @Test func `a cap of two is never overrun, whoever races`() async throws {
        try await TestServer.run { server in
            let programme = try await Programme(
                server, #"{"referrer":{"trigger":"on_redemption","amount":5},"per_referrer_total":2}"#)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<24 {
                    group.addTask {
                        let reply = try await programme.redeem("p\(number)")
                        #expect(reply["referral"].object != nil, "\(reply.text)")
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await programme.rewards().count == 2)
            let referrals = try await server.get(admin + "/referrals?campaign=friends&limit=5")
            #expect(referrals["data"].array?.count == 5 && referrals["has_more"] == true)
        }
    }

    @Test func `four codes of four issuers for one person give one referral`() async throws {
        try await TestServer.run { server in
            var programmes: [Programme] = []
            for number in 0..<4 {
                programmes.append(
                    try await Programme(server, #"{"referrer":{}}"#, key: "c\(number)", issuer: "i\(number)"))
            }
            let made = programmes
            let referrals = try await withThrowingTaskGroup(of: Bool.self) { group in
                for programme in made {
                    group.addTask { try await programme.redeem("bob")["referral"].object != nil }
                }
                var count = 0
                for try await isMade in group where isMade { count += 1 }
                return count
            }
            #expect(referrals == 1)
            let list = try await server.get(admin + "/referrals?referee_id=bob")
            #expect(list["data"].array?.count == 1)
        }
    }

    @Test func `lists take the filters of the peer, cursors belong to them, and wrong words are 422`() async throws {
        try await TestServer.run { server in
            let programme = try await Programme(
                server, #"{"referrer":{"amount":5},"referee":{"trigger":"on_redemption","amount":1}}"#)
            var ids: [Int64] = []
            for number in 0..<5 { ids.append(try Self.id(try await programme.redeem("p\(number)")["referral", "id"])) }
            _ = try await server.post(admin + "/referrals/\(ids[2])/qualify")
            let all = try await server.get(admin + "/referrals?campaign_id=\(programme.campaign)")
            #expect(all["data"].array?.compactMap { $0.object?["id"] } == ids.reversed().map { .integer($0) })
            let rewarded = try await server.get(admin + "/referrals?status=rewarded&campaign=friends")
            #expect(rewarded["data"].array?.compactMap { $0.object?["id"] } == [.integer(ids[2])])
            let one = try await server.get(admin + "/referrals/\(ids[2])")
            #expect(one["data"] == rewarded["data"].array?.first && one.headers["etag"] != nil)
            let page = try await server.get(admin + "/rewards?party=referee&limit=2")
            let cursor = page["next_cursor"].string ?? ""
            #expect(try await programme.rewards("?party=referee&limit=2&cursor=\(cursor)").count == 2)
            #expect(try await server.get(admin + "/rewards?party=referrer&cursor=\(cursor)").status == 422)
            #expect(try await programme.rewards("?beneficiary_id=p3").count == 1)
            #expect(try await programme.rewards("?referral_id=\(ids[0])&campaign_id=\(programme.campaign)").count == 2)
            for query in [
                "referrals?status=open", "rewards?state=paid", "rewards?party=host", "rewards/sums?campaign=no",
                "rewards/sums?campaign=friends&beneficiary_id=ann",
            ] {
                #expect(try await server.get(admin + "/" + query).status == 422, "\(query)")
            }
            #expect(try await server.get(admin + "/referrals/1").status == 404)
            #expect(try await server.post(admin + "/rewards/1/confirm").status == 404)
            let claims = try await server.key("claims")
            #expect(try await server.get(admin + "/rewards", key: claims).status == 403)
            let read = try await server.key("read")
            #expect(try await server.get(admin + "/rewards", key: read).status == 200)
            #expect(
                try await server.post(admin + "/referrals/\(ids[0])/qualify", key: read).status == 403)
        }
    }

    @Test(arguments: ["=1+1", "+1", "-1", "@x", "\\t=1", "\\r=1"])
    func `an export has no cell that a spreadsheet runs`(person: String) async throws {
        try await TestServer.run { server in
            let programme = try await Programme(
                server, #"{"referee":{"trigger":"on_redemption","amount":5,"unit":"\#(person)"}}"#)
            #expect(try await programme.redeem(person)["referral"].object != nil)
            let csv = try await server.get(admin + "/rewards/export", headers: ["Accept": "text/csv"])
            #expect(csv.status == 200 && csv.headers["content-type"]?.hasPrefix("text/csv") == true)
            let text = csv.text
            #expect(text.hasPrefix("id,referral_id,redemption_id,campaign_id,beneficiary_id,party,type,amount,unit,"))
            let raw = person.replacing("\\t", with: "\t").replacing("\\r", with: "\r")
            #expect(text.components(separatedBy: "\"'\(raw)\"").count == 3, "beneficiary and unit: \(text)")
            let lines = try await server.get(admin + "/rewards/export?state=granted")
            let row = try JSONTree.parse(Array(lines.text.utf8)).object
            #expect(row?["beneficiary_id"] == .string(raw) && row?["unit"] == .string(raw))
            #expect(try await server.get(admin + "/rewards/export?state=held").text.isEmpty)
        }
    }

    @Test func `a tenant sees nothing of another one`() async throws {
        try await TestServer.run { server in
            let programme = try await Programme(server, #"{"referrer":{"trigger":"on_redemption","amount":5}}"#)
            let id = try Self.id(try await programme.redeem("bob")["referral", "id"])
            _ = try await server.post(admin + "/tenants", #"{"id":"acme"}"#)
            let key = try await server.key("admin", tenant: "acme")
            #expect(try await server.get(admin + "/referrals", key: key)["data"] == [])
            #expect(try await server.get(admin + "/rewards", key: key)["data"] == [])
            #expect(try await server.get(admin + "/rewards/sums", key: key)["data", "sums"] == [])
            #expect(try await server.get(admin + "/referrals/\(id)", key: key).status == 404)
            #expect(try await server.post(admin + "/referrals/\(id)/qualify", key: key).status == 404)
            #expect(try await server.get(admin + "/rewards?referral_id=\(id)", key: key)["data"] == [])
        }
    }

    @Test func `are the same after a restart and on a replica, and a promise is kept there`() async throws {
        let directory = try TemporaryDirectory("referrals")
        var (list, sums, id) = (JSONTree.null, JSONTree.null, Int64(0))
        try await TestServer.run(on: directory) { server in
            let programme = try await Programme(
                server, #"{"referrer":[{"trigger":"on_redemption","hold_seconds":1},{"amount":5,"unit":"points"}]}"#)
            id = try Self.id(try await programme.redeem("bob")["referral", "id"])
            _ = try await programme.redeem("cy")
        }
        try await TestServer.run(on: directory) { server in
            // The holding time ends by the clock, whoever runs.
            for _ in 0..<100 {
                if try await server.get(admin + "/rewards?state=held")["data"] == [] { break }
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(try await server.get(admin + "/rewards?state=confirmed")["data"].array?.count == 2)
            let qualified = try await server.post(admin + "/referrals/\(id)/qualify")
            #expect(qualified["data", "referral", "status"] == "rewarded")
            list = try await server.get(admin + "/rewards")["data"]
            sums = try await server.get(admin + "/rewards/sums?campaign=friends")["data"]
            let own = try TemporaryDirectory("replica")
            let replica = try await HTTPReplica.start(of: server, key: server.key("replicate"), in: own)
            try await replica.engine.wait(for: server.engine.position, timeoutMilliseconds: 10_000)
            try await TestServer.serve(replica.engine, in: own) { follower in
                let rewards = try await follower.get(admin + "/rewards")["data"]
                let totals = try await follower.get(admin + "/rewards/sums?campaign=friends")["data"]
                #expect(rewards == list && totals == sums)
                let rewarded = try await follower.get(admin + "/referrals?status=rewarded")["data"]
                #expect(rewarded.array?.count == 1)
                let refused = try await follower.post(admin + "/referrals/\(id)/qualify")
                #expect(refused.status == 421)
            }
            await replica.stop()
        }
        #expect(list.array?.count == 4)
    }
}
