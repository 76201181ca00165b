import Foundation
import JSONText
import NIOCore
import Testing

@testable import HTTPServer
@testable import Wire

@Suite("Administration over HTTP")
struct AdministrationTests {
    private let admin = "/api/admin/invitations"

    @Test("keys open what their scopes say and nothing else")
    func scopes() async throws {
        try await TestServer.run { server in
            let claims = try await server.key("claims")
            let read = try await server.key("read")
            let own = try await server.key("admin")
            let claim = #"{"code":"NOPE","redeemer_id":1}"#
            func status(_ method: String, _ path: String, _ body: String? = nil, _ key: String?) async throws -> Int {
                try await server.send(method, path, body, key: key).status
            }
            #expect(try await status("POST", "/api/invitations/redeem", claim, nil) == 401)
            #expect(try await status("POST", "/api/invitations/redeem", claim, "usher_wrong") == 401)
            #expect(try await status("POST", "/api/invitations/redeem", claim, claims) == 422)
            #expect(try await status("POST", "/api/invitations/redeem", claim, read) == 403)
            #expect(try await status("POST", "/api/invitations/redeem", claim, own) == 422)
            #expect(try await status("GET", admin + "/campaigns", nil, claims) == 403)
            #expect(try await status("GET", admin + "/campaigns", nil, read) == 200)
            #expect(try await status("POST", admin + "/campaigns", "{}", read) == 403)
            #expect(try await status("POST", admin + "/keys", "{}", own) == 403)
            #expect(try await status("GET", "/replication/snapshot", nil, own) == 403)
            let refused = try await server.get(admin + "/campaigns", key: nil)
            #expect(refused.headers["www-authenticate"] == "Bearer" && refused["message"].string != nil)
            let list = try await server.get(admin + "/keys")
            guard case .integer(let id)? = list["data"].array?.last?.object?["id"] else { throw TestFailure(list.text) }
            #expect(try await server.send("DELETE", admin + "/keys/\(id)").status == 200)
            #expect(try await status("POST", "/api/invitations/redeem", claim, claims) == 401)
        }
    }

    @Test("a tenant sees nothing of another one")
    func tenants() async throws {
        try await TestServer.run { server in
            #expect(try await server.post(admin + "/tenants", #"{"id":"acme","name":"Acme"}"#).status == 201)
            #expect(try await server.post(admin + "/tenants", #"{"id":"acme"}"#).status == 409)
            let key = try await server.key("admin", tenant: "acme")
            let id = try await server.campaign("mine")
            #expect(try await server.get(admin + "/campaigns/\(id)").status == 200)
            #expect(try await server.get(admin + "/campaigns/\(id)", key: key).status == 404)
            #expect(try await server.get(admin + "/campaigns", key: key)["data"].array?.count == 0)
            #expect(try await server.get(admin + "/campaigns", headers: ["Usher-Tenant": "nobody"]).status == 404)
            #expect(try await server.get(admin + "/tenants", key: key)["data"].array?.count == 1)
        }
    }

    @Test("a campaign is made, read with its tag, changed under If-Match")
    func campaigns() async throws {
        try await TestServer.run { server in
            let id = try await server.campaign("launch", limit: 100)
            let path = admin + "/campaigns/\(id)"
            let read = try await server.get(path)
            let tag = try #require(read.headers["etag"])
            #expect(read["data", "capacity"] == ["limit": 100, "used": 0, "held": 0])
            #expect(read["data", "grant"] == .null && read["data", "redemptions_count"] == 0)
            #expect(try await server.get(path, headers: ["If-None-Match": tag]).status == 304)
            let patched = try await server.send(
                "PATCH", path, #"{"name":"New","ends_at":"2030-01-01"}"#, headers: ["If-Match": tag])
            #expect(patched.status == 200, "\(patched.text) \(tag)")
            #expect(patched["data", "name"] == "New" && patched["data", "ends_at"] == "2030-01-01T23:59:59.999Z")
            let stale = try await server.send("PATCH", path, #"{"name":"Old"}"#, headers: ["If-Match": tag])
            #expect(stale.status == 412)
            let duplicate = try await server.post(
                admin + "/campaigns", #"{"key":"launch","name":"x","type":"capacity"}"#)
            #expect(duplicate.status == 422 && duplicate["errors", "key"].array?.count == 1)
            let wrong = try await server.post(
                admin + "/campaigns", #"{"key":1,"type":"capacity","starts_at":"soon","grant":[1]}"#)
            #expect(wrong.status == 422)
            #expect(Set(wrong["errors"].object?.members.map(\.name) ?? []) == ["key", "name", "starts_at", "grant"])
        }
    }

    @Test("a campaign is named by its id or its key in a path, and the id comes first")
    func campaignKeys() async throws {
        try await TestServer.run { server in
            let id = try await server.campaign("launch-27", limit: 100)
            let path = admin + "/campaigns/launch-27"
            let read = try await server.get(path)
            #expect(read.status == 200 && read["data", "id"] == .integer(id))
            #expect(try await server.get(admin + "/campaigns/\(id)").body == read.body)
            let tag = try #require(read.headers["etag"])
            let patched = try await server.send("PATCH", path, #"{"name":"New"}"#, headers: ["If-Match": tag])
            #expect(patched.status == 200 && patched["data", "name"] == "New")
            #expect(try await server.send("PATCH", path, #"{"name":"Old"}"#, headers: ["If-Match": tag]).status == 412)
            // A key that looks like an id: its own, and that of another campaign.
            let digits = try await server.campaign("2027")
            #expect(try await server.get(admin + "/campaigns/2027")["data", "id"] == .integer(digits))
            let sly = try await server.campaign("\(id)")
            #expect(try await server.get(admin + "/campaigns/\(id)")["data", "id"] == .integer(id))
            #expect(try await server.get(admin + "/campaigns/\(sly)")["data", "key"] == .string("\(id)"))
            for unknown in ["lunch", "launch-28", "12", "%20", "LAUNCH-27", String(repeating: "k", count: 500)] {
                #expect(try await server.get(admin + "/campaigns/\(unknown)").status == 404, "\(unknown)")
                #expect(
                    try await server.send("PATCH", admin + "/campaigns/\(unknown)", "{}").status == 404, "\(unknown)")
            }
            #expect(try await server.post(admin + "/tenants", #"{"id":"acme","name":"Acme"}"#).status == 201)
            let key = try await server.key("admin", tenant: "acme")
            #expect(try await server.get(path, key: key).status == 404)
        }
    }

    @Test("a redemption is shown with its metadata, however it was claimed, and to its own tenant only")
    func redemption() async throws {
        try await TestServer.run { server in
            let code = try await server.codes(1, maxUses: 5)[0]
            let bare = #"{"code":"\#(code)","redeemer_id":"ann"}"#
            let rich = #"{"code":"\#(code)","redeemer_id":"bob","metadata":{"order":[1,"a"]}}"#
            let held = #"{"code":"\#(code)","redeemer_id":"cat","metadata":{"seat":"4B"}}"#
            let hold = try await server.post("/api/invitations/holds", held)
            guard case .integer(let number) = hold["hold", "id"] else { throw TestFailure(hold.text) }
            let answers: [(TestServer.Reply, JSONTree)] = [
                (try await server.post("/api/invitations/redeem", bare), JSONTree.null),
                (try await server.post("/api/invitations/redeem", rich), ["order": [1, "a"]]),
                (try await server.post("/api/invitations/holds/\(number)/confirm"), ["seat": "4B"]),
            ]
            let read = try await server.key("read")
            for (answer, metadata) in answers {
                guard case .integer(let id) = answer["redemption", "id"] else { throw TestFailure(answer.text) }
                let shown = try await server.get(admin + "/redemptions/\(id)", key: read)
                #expect(shown.status == 200 && shown["data", "metadata"] == metadata, "\(shown.text)")
                #expect(shown["data", "released_at"] == .null && shown["data", "id"] == .integer(id))
                let tag = try #require(shown.headers["etag"])
                let same = try await server.get(admin + "/redemptions/\(id)", headers: ["If-None-Match": tag])
                #expect(same.status == 304)
                #expect(try await server.post(admin + "/redemptions/\(id)/release").status == 200)
                let after = try await server.get(admin + "/redemptions/\(id)", headers: ["If-None-Match": tag])
                #expect(after.status == 200 && after["data", "metadata"] == metadata)
                #expect(after["data", "released_at"] != .null)
                let claims = try await server.key("claims")
                #expect(try await server.get(admin + "/redemptions/\(id)", key: claims).status == 403)
            }
            #expect(try await server.get(admin + "/redemptions/\(number)").status == 404, "a hold is none")
            #expect(try await server.get(admin + "/redemptions/7").status == 404)
        }
    }

    @Test("the address of the next page has no character that ends it early for clients, and leads there")
    func nextAddress() async throws {
        try await TestServer.run { server in
            for code in try await server.codes(3) {
                let body = #"{"code":"\#(code)","redeemer_id":"a;b"}"#
                #expect(try await server.post("/api/invitations/redeem", body).status == 200)
            }
            let first = try await server.get(admin + "/redemptions?limit=2&redeemer_id=a;b")
            let link = try #require(first.headers["link"])
            let address = try #require(link.firstMatch(of: /<([^>]*)>/)).1
            #expect(!address.contains(";"), "\(link)")
            let next = try await server.get(String(address))
            #expect(next["data"].array?.count == 1 && next["has_more"] == false, "\(next.text)")
        }
    }

    @Test("lists are paged by cursors that belong to their query")
    func paging() async throws {
        try await TestServer.run { server in
            _ = try await server.codes(25)
            var seen: [JSONTree] = []
            var path = admin + "/codes?limit=10"
            for _ in 0..<3 {
                let page = try await server.get(path)
                seen += page["data"].array ?? []
                guard let cursor = page["next_cursor"].string else {
                    #expect(page["has_more"] == false && page.headers["link"] == nil)
                    break
                }
                #expect(page.headers["link"]?.contains(cursor) == true && page["has_more"] == true)
                let foreign = try await server.get(admin + "/codes?limit=10&state=active&cursor=\(cursor)")
                #expect(foreign.status == 422)
                path = admin + "/codes?limit=10&cursor=\(cursor)"
            }
            #expect(seen.count == 25 && Set(seen.compactMap { $0.object?["code"]?.string }).count == 25)
            #expect(try await server.get(admin + "/codes?limit=0").status == 422)
            #expect(try await server.get(admin + "/codes?cursor=%21").status == 422)
        }
    }

    @Test("an import that is strict refuses a column that nobody knows as a whole, so that no limit gets lost")
    func unknownColumn() async throws {
        try await TestServer.run { server in
            let report = try await server.post(
                admin + "/codes/import?strict=true", "code,max_use\nTYPOCO1,50\n", headers: ["Content-Type": "text/csv"]
            )
            #expect(report.status == 422 && report.text.contains("max_use"))
            let redeem = try await server.post(
                "/api/invitations/redeem", #"{"code":"TYPOCO1","redeemer_id":"ada"}"#)
            #expect(redeem["error"].string == "invalid")
        }
    }

    @Test("codes are made as a stream, exported and imported again")
    func streams() async throws {
        try await TestServer.run { server in
            let csv = try await server.post(
                admin + "/codes", #"{"count":1500,"max_uses":2}"#, headers: ["Accept": "text/csv"])
            #expect(csv.status == 201 && csv.text.split(separator: "\r\n").count == 1501)
            let export = try await server.get(admin + "/codes/export")
            #expect(export.text.split(separator: "\n").count == 1500)
            let body = "code,max_uses\r\nWELCOME-1,5\r\n\"QU,TE\",1\r\nWELCOME-2,x\r\nWELCOME-1,5\r\n"
            let report = try await server.post(admin + "/codes/import", body, headers: ["Content-Type": "text/csv"])
            #expect(report.status == 200 && report["data", "imported"] == 1 && report["data", "failed"] == 3)
            let lines = report["data", "failures"].array?.compactMap { $0.object?["line"] }
            #expect(lines == [3, 4, 5], "a comma, a limit that is no number, a text that is taken")
            let atomic = try await server.post(admin + "/codes/import?atomic=true", "{\"code\":\"NEW123\"}\n{bad\n")
            #expect(atomic.status == 422)
            #expect(try await server.post("/api/invitations/validate", #"{"code":"NEW123"}"#).status == 422)
            #expect(try await server.post("/api/invitations/validate", #"{"code":"welcome1"}"#)["remaining"] == 5)
        }
    }

    @Test("vanity, signed, changed and revoked codes answer as the contract says")
    func codes() async throws {
        try await TestServer.run { server in
            let vanity = try await server.post(admin + "/codes/vanity", #"{"code":"Class-26","max_uses":2}"#)
            #expect(vanity.status == 201)
            #expect(try await server.post(admin + "/codes/vanity", #"{"code":"class26"}"#)["code"] == "vanity_taken")
            #expect(try await server.post(admin + "/codes/vanity", #"{"code":"admin"}"#)["code"] == "vanity_reserved")
            guard case .integer(let id) = vanity["data", "id"] else { throw TestFailure(vanity.text) }
            let patched = try await server.send("PATCH", admin + "/codes/\(id)", #"{"max_uses":9}"#)
            #expect(patched["data", "max_uses"] == 9)
            #expect(try await server.post(admin + "/codes/\(id)/revoke")["data", "state"] == "revoked")
            let claim = try await server.post("/api/invitations/redeem", #"{"code":"class26","redeemer_id":1}"#)
            #expect(claim.status == 410 && claim["error"] == "revoked")
            let campaign = try await server.campaign("signed")
            let signed = try await server.post(
                admin + "/codes/signed", #"{"campaign_id":\#(campaign),"max_uses":1,"expires_at":"2090-01-01"}"#)
            let text = try #require(signed["data", "code"].string)
            #expect(text.utf8.count <= 64)
            let redeemed = try await server.post("/api/invitations/redeem", #"{"code":"\#(text)","redeemer_id":1}"#)
            #expect(redeemed.status == 200 && redeemed["redemption", "campaign_id"] == .integer(campaign))
        }
    }

    @Test("an administrator's Idempotency-Key replays successes; refusals are decided anew")
    func idempotency() async throws {
        try await TestServer.run { server in
            let body = #"{"key":"once","name":"Once","type":"capacity"}"#
            let first = try await server.post(admin + "/campaigns", body, headers: ["Idempotency-Key": "a"])
            let again = try await server.post(admin + "/campaigns", body, headers: ["Idempotency-Key": "a"])
            #expect(first.status == 201 && again.status == 201 && first.body == again.body)
            #expect(again.headers["idempotent-replayed"] == "true" && first.headers["idempotent-replayed"] == nil)
            let refused = try await server.post(admin + "/campaigns", body, headers: ["Idempotency-Key": "b"])
            let repeated = try await server.post(admin + "/campaigns", body, headers: ["Idempotency-Key": "b"])
            #expect(refused.status == 422 && repeated.status == 422)
            #expect(repeated.headers["idempotent-replayed"] == nil)
        }
    }

    @Test("a released redemption keeps its row and gives the places back")
    func release() async throws {
        try await TestServer.run { server in
            let code = try await server.codes(1)[0]
            let body = #"{"code":"\#(code)","redeemer_id":"ann"}"#
            guard case .integer(let id) = try await server.post("/api/invitations/redeem", body)["redemption", "id"]
            else {
                throw TestFailure("not redeemed")
            }
            let released = try await server.post(admin + "/redemptions/\(id)/release")
            #expect(released.status == 200 && released["data", "released_at"].string != nil)
            #expect(try await server.post("/api/invitations/redeem", body)["already"] == false)
            let rows = try await server.get(admin + "/redemptions?redeemer_id=ann")["data"].array
            #expect(rows?.count == 2)
        }
    }

    @Test("health, figures, the document and the snapshot are served")
    func service() async throws {
        try await TestServer.run { server in
            _ = try await server.codes(10)
            #expect(try await server.get("/readyz", key: nil).text == "ready\n")
            let verbose = try await server.get("/readyz?verbose", key: nil)
            #expect(verbose["durability"] == "none" && verbose["version"] == "1.2.3" && verbose["role"] == "primary")
            let metrics = try await server.get("/metrics", key: nil).text
            #expect(metrics.contains("\nusher_claims_total{outcome=\"redeemed\"} 0\n"))
            let names = metrics.split(separator: "\n").filter { $0.hasPrefix("# TYPE") }
            #expect(Set(names).count == names.count)
            #expect(try await server.get("/openapi.json", key: nil)["openapi"] == "3.1.0")
            let snapshot = try await server.get("/replication/snapshot")
            #expect(snapshot.status == 200 && !snapshot.body.isEmpty)
        }
    }

    @Test("a position that is not reached in time is 504, one that is reached is not waited for")
    func positions() async throws {
        try await TestServer.run { server in
            let body = #"{"code":"NOPE","redeemer_id":1}"#
            let far = ["Usher-Min-Position": "1-999999", "Usher-Wait-Ms": "10"]
            for path in ["/api/invitations/redeem", "/api/invitations/validate"] {
                let reply = try await server.post(path, body, headers: far)
                #expect(reply.status == 504 && reply["code"] == "position_not_reached")
                #expect(try await server.post(path, body, headers: ["Usher-Min-Position": "1-0"]).status == 422)
                #expect(try await server.post(path, body, headers: ["Usher-Min-Position": "x"]).status == 422)
            }
        }
    }
}
