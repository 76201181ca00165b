import Engine
import JSONText
import TestSupport
import Testing

@testable import HTTPServer

/// A live hold is a promise: each thing that can have happened since, at each door that its owner can take.
@Suite struct `A live hold` {
    private static let user = "/api/invitations"
    private static let admin = "/api/admin/invitations"

    /// The thing that happened since.
    enum Change: String, CaseIterable {
        case nothing, paused, ended, windowOver, filled, expired, cut, revoked
    }

    /// The way by which its owner comes.
    enum Door: String, CaseIterable {
        case redeem, redeemBehindTheFastPath, redeemUnderAKey, line, hold, confirm, confirmUnderAKey, extend, release

        /// The state of the hold afterwards, where its promise stands.
        var stateAfter: JSONTree {
            switch self {
            case .hold, .extend: "held"
            case .release: "released"
            default: "confirmed"
            }
        }
    }

    private struct Case {
        var server: TestServer
        var clock: ManualClock
        var change: Change
        var door: Door
        var name: String
        var hold: Int64 = 0
        var code: Int64 = 0

        var text: String { "CASE-" + name }
    }

    @Test(arguments: Change.allCases)
    func `keeps its word at every door, whatever happened, but for a code that was revoked`(change: Change) async throws
    {
        let clock = ManualClock()
        let directory = try TemporaryDirectory("promise")
        var cases: [Case] = []
        try await TestServer.run(on: directory, metrics: true, seams: EngineSeams(clock: clock)) { server in
            for door in Door.allCases {
                let name = "\(change.rawValue.uppercased())\(door.rawValue.uppercased().count)\(cases.count)"
                var one = Case(server: server, clock: clock, change: change, door: door, name: name)
                try await Self.take(&one)
                try await Self.make(one)
                cases.append(one)
            }
        }
        clock.advance(seconds: 10)
        // The promise is in the log: a restart changes nothing.
        try await TestServer.run(on: directory, metrics: true, seams: EngineSeams(clock: clock)) { server in
            for var one in cases {
                one.server = server
                try await Self.expectWord(one)
            }
        }
    }

    /// Makes a campaign with one code of two places, and takes both.
    private static func take(_ one: inout Case) async throws {
        let campaign = try await one.server.post(
            admin + "/campaigns",
            #"{"key":"\#(one.name.lowercased())","name":"n","type":"multi_use","status":"active","per_user_limit":5}"#)
        guard case .integer(let owner) = campaign["data", "id"] else { throw TestFailure(campaign.text) }
        let code = try await one.server.post(
            admin + "/codes/vanity",
            #"{"code":"\#(one.text)","max_uses":3,"campaign_id":\#(owner),"expires_at":"2027-01-16"}"#)
        guard case .integer(let id) = code["data", "id"] else { throw TestFailure(code.text) }
        let hold = try await one.server.post(
            user + "/holds", #"{"code":"\#(one.text)","redeemer_id":"ada","quantity":2,"ttl_seconds":600}"#)
        guard case .integer(let number) = hold["hold", "id"] else { throw TestFailure(hold.text) }
        (one.code, one.hold) = (id, number)
    }

    /// Lets the thing happen.
    private static func make(_ one: Case) async throws {
        let campaign = admin + "/campaigns/" + one.name.lowercased()
        let code = admin + "/codes/\(one.code)"
        let reply: TestServer.Reply
        switch one.change {
        case .nothing: return
        case .paused: reply = try await one.server.send("PATCH", campaign, #"{"status":"paused"}"#)
        case .ended: reply = try await one.server.send("PATCH", campaign, #"{"status":"ended"}"#)
        case .windowOver: reply = try await one.server.send("PATCH", campaign, #"{"ends_at":"2027-01-15T08:00:05Z"}"#)
        case .filled:
            let claim = #"{"code":"\#(one.text)","redeemer_id":"bob"}"#
            #expect(try await one.server.post(user + "/redeem", claim).status == 200)
            reply = try await one.server.send("PATCH", campaign, #"{"max_redemptions_total":3,"per_user_limit":1}"#)
        case .expired: reply = try await one.server.send("PATCH", code, #"{"expires_at":"2027-01-15T08:00:05Z"}"#)
        case .cut: reply = try await one.server.send("PATCH", code, #"{"max_uses":2}"#)
        case .revoked: reply = try await one.server.post(code + "/revoke")
        }
        guard reply.status == 200 else { throw TestFailure(reply.text) }
    }

    private static func send(_ one: Case) async throws -> TestServer.Reply {
        let claim = #"{"code":"\#(one.text)","redeemer_id":"ada"}"#
        let key = ["Idempotency-Key": one.name]
        let hold = user + "/holds/\(one.hold)"
        switch one.door {
        case .redeem: return try await one.server.post(user + "/redeem", claim)
        case .redeemBehindTheFastPath:
            return try await one.server.post(user + "/redeem", claim, headers: ["Usher-Wait-Ms": "5"])
        case .redeemUnderAKey: return try await one.server.post(user + "/redeem", claim, headers: key)
        case .line:
            var reply = try await one.server.post(user + "/redeem/batch", claim + "\n")
            if case .integer(let status) = reply["status"] { reply.status = Int(status) }
            return reply
        case .hold: return try await one.server.post(user + "/holds", claim)
        case .confirm: return try await one.server.post(hold + "/confirm")
        case .confirmUnderAKey: return try await one.server.post(hold + "/confirm", nil, headers: key)
        case .extend: return try await one.server.post(hold + "/extend", #"{"ttl_seconds":900}"#)
        case .release: return try await one.server.post(hold + "/release")
        }
    }

    private static func expectWord(_ one: Case) async throws {
        let label = "\(one.change), \(one.door)"
        let isBroken = one.change == .revoked && one.door != .release
        let reply = try await send(one)
        #expect(reply.status == (isBroken ? 410 : 200), "\(label): \(reply.text)")
        if isBroken { #expect(reply["error"] == "revoked", "\(label)") }
        let path = user + "/holds/\(one.hold)"
        let state = isBroken ? "released" : one.door.stateAfter
        #expect(try await one.server.get(path)["hold", "state"] == state, "\(label)")
        let campaign = try await one.server.get(admin + "/campaigns/" + one.name.lowercased())
        let others: Int64 = one.change == .filled ? 1 : 0
        #expect(campaign["data", "capacity", "used"] == .integer((state == "confirmed" ? 2 : 0) + others), "\(label)")
        #expect(campaign["data", "capacity", "held"] == .integer(state == "held" ? 2 : 0), "\(label)")
        // Its places are given back once, by whichever route, and asking again says the same.
        let (before, row) = (campaign["data", "capacity"], reply["redemption", "id"])
        for _ in 0..<2 {
            let again = try await one.server.post(path + "/release")
            #expect(again.status == (state == "confirmed" ? 409 : 200), "\(label): \(again.text)")
            if state == "confirmed", case .integer(let id) = row {
                let released = try await one.server.post(admin + "/redemptions/\(id)/release")
                #expect(released.status == 200, "\(label)")
            }
        }
        let after = try await one.server.get(admin + "/campaigns/" + one.name.lowercased())["data", "capacity"]
        #expect(after.object?["used"] == .integer(others) && after.object?["held"] == 0, "\(label): \(before) \(after)")
        #expect(try await one.server.post(path + "/confirm").status == 409, "\(label)")
        #expect(try await one.server.post(path + "/extend", #"{"ttl_seconds":5}"#).status == 409, "\(label)")
    }

    @Test func `is extended over HTTP to at most seven days after it was made, and ends where it was moved to`()
        async throws
    {
        let clock = ManualClock()
        try await TestServer.run(seams: EngineSeams(clock: clock)) { server in
            let code = try await server.codes(1)[0]
            let claim = #"{"code":"\#(code)","redeemer_id":"ada","ttl_seconds":60}"#
            guard case .integer(let id) = try await server.post(Self.user + "/holds", claim)["hold", "id"] else {
                throw TestFailure("no hold")
            }
            let path = Self.user + "/holds/\(id)/extend"
            for (body, name) in [
                ("{}", "ttl_seconds"), (#"{"ttl_seconds":0}"#, "ttl_seconds"), (#"{"ttl_second":9}"#, "ttl_second"),
                (#"{"ttl_seconds":604801}"#, "ttl_seconds"),
            ] {
                let refused = try await server.post(path, body)
                #expect(refused.status == 422 && refused["errors", name] != .null, "\(body) \(refused.text)")
            }
            clock.advance(seconds: 50)
            let late = try await server.post(path, #"{"ttl_seconds":604751}"#)
            #expect(
                late.status == 422 && late["errors", "ttl_seconds"].array?.first?.string?.contains("604750") == true)
            #expect(try await server.post(path, #"{"ttl_seconds":20}"#).status == 200)
            clock.advance(seconds: 19)
            let bob = #"{"code":"\#(code)","redeemer_id":"bob"}"#
            #expect(try await server.post(Self.user + "/redeem", bob)["error"] == "exhausted")
            clock.advance(seconds: 1)
            #expect(try await server.post(Self.user + "/redeem", bob).status == 200)
            #expect(try await server.post(path, #"{"ttl_seconds":20}"#)["error"] == "hold_conflict")
            #expect(try await server.post(Self.user + "/holds/7/extend", #"{"ttl_seconds":20}"#).status == 404)
        }
    }
}
