import JSONText

@testable import HTTPServer
@testable import Wire

/// Claims of every outcome and refusal, in an order in which all of them come about.
enum ClaimScript {
    private static let admin = "/api/admin/invitations"

    /// Makes the codes and campaigns that the steps are about.
    static func prepare(_ server: TestServer) async throws {
        let campaigns = [
            #""key":"capped","type":"multi_use","status":"active","max_redemptions_total":1"#,
            #""key":"personal","type":"multi_use","status":"active","per_user_limit":1"#,
            #""key":"asleep","type":"multi_use","status":"draft""#,
            #""key":"drop","type":"capacity","status":"active","max_redemptions_total":2"#,
            #""key":"later","type":"multi_use","status":"active","starts_at":"2027-02-01""#,
            #""key":"over","type":"multi_use","status":"active","ends_at":"2027-01-15T08:00:05Z""#,
            #""key":"halted","type":"multi_use","status":"paused""#,
        ]
        var ids: [Int64] = []
        for fields in campaigns { ids.append(try await make(server, "campaigns", #""name":"n","# + fields)) }
        let codes = [
            #""code":"OPEN-PLACE","max_uses":1000"#, #""code":"LAST-PLACE","max_uses":1"#,
            #""code":"KEPT-PLACE","max_uses":1"#, #""code":"GONE-PLACE","max_uses":9"#,
            #""code":"LATE-PLACE","max_uses":9,"expires_at":"2027-01-15T08:00:05Z""#,
            #""code":"CAPPED-ONE","max_uses":9,"campaign_id":\#(ids[0])"#,
            #""code":"PERSON-ONE","max_uses":9,"campaign_id":\#(ids[1])"#,
            #""code":"PERSON-TWO","max_uses":9,"campaign_id":\#(ids[1])"#,
            #""code":"ASLEEP-ONE","max_uses":9,"campaign_id":\#(ids[2])"#,
            #""code":"LATER-ONE","max_uses":9,"campaign_id":\#(ids[4])"#,
            #""code":"PAST-ONE","max_uses":9,"campaign_id":\#(ids[5])"#,
            #""code":"HALTED-ONE","max_uses":9,"campaign_id":\#(ids[6])"#,
        ]
        for fields in codes {
            let id = try await make(server, "codes/vanity", fields)
            if fields.contains("GONE") { _ = try await server.post("\(admin)/codes/\(id)/revoke") }
        }
    }

    @discardableResult
    private static func make(_ server: TestServer, _ what: String, _ fields: String) async throws -> Int64 {
        let reply = try await server.post("\(admin)/\(what)", "{\(fields)}")
        guard case .integer(let id) = reply["data", "id"] else { throw TestFailure("\(fields): \(reply.text)") }
        return id
    }

    /// All steps; the clock is 10 s further than at the preparation before the first.
    static let steps = refusals + successes + holds + malformed + strangers

    /// Claims for a node that takes none.
    static let closed = [
        redeem("redeem", "OPEN-PLACE", "ann", 503, ""), hold("hold", "OPEN-PLACE", "cat", 60, 503, ""),
        redeem("unknown", "NO-SUCH-PLACE", "ann", 503, ""),
    ]

    private static let refusals = [
        redeem("unknown", "NO-SUCH-PLACE", "ann", 422, "invalid"),
        redeem("revoked", "GONE-PLACE", "ann", 410, "revoked"),
        redeem("expired", "LATE-PLACE", "ann", 410, "expired", after: 10),
        redeem("asleep", "ASLEEP-ONE", "ann", 403, "ineligible"),
        redeem("later", "LATER-ONE", "ann", 403, "ineligible"),
        redeem("over", "PAST-ONE", "ann", 403, "ineligible"),
        redeem("halted", "HALTED-ONE", "ann", 403, "ineligible"),
        hold("held later", "LATER-ONE", "ann", 60, 403, "ineligible"),
        ClaimStep(
            name: "by key", route: .redeem, body: #"{"campaign":"capped","redeemer_id":"ann"}"#, status: 403,
            counted: "ineligible"),
        redeem("trapped", "OPEN-PLACE", "bot", 429, "rate_limited", more: #","honeypot":true"#),
    ]

    private static let successes = [
        redeem("first", "OPEN-PLACE", "ann", 200, "redeemed"),
        redeem("again", "open-place", "ann", 200, "replayed"),
        redeem(
            "many", "OPEN-PLACE", "bea", 200, "redeemed",
            more: #","quantity":3,"email":"b@example.org","invitation_id":7,"metadata":{"a":[1]}"#),
        ClaimStep(
            name: "number", route: .redeem, body: #" { "redeemer_id" : 18446744073709551615, "code":"OPEN-PLACE"} "#,
            status: 200, counted: "redeemed"),
        redeem("escaped", "OPEN-PLACE", #"J\u00f6 \"x\""#, 200, "redeemed"),
        redeem("last", "LAST-PLACE", "ann", 200, "redeemed"),
        redeem("full", "LAST-PLACE", "bob", 409, "exhausted"),
        redeem("capped", "CAPPED-ONE", "ann", 200, "redeemed"),
        redeem("capped full", "CAPPED-ONE", "bob", 409, "exhausted"),
        redeem("person", "PERSON-ONE", "ann", 200, "redeemed"),
        redeem("person full", "PERSON-TWO", "ann", 409, "limit_reached"),
        ClaimStep(
            name: "drop", route: .redeem, body: #"{"campaign":"drop","redeemer_id":"ann"}"#, status: 200,
            counted: "redeemed"),
    ]

    private static let holds = [
        hold("cat", "OPEN-PLACE", "cat", 60, 201, "held"),
        hold("cat again", "OPEN-PLACE", "cat", 90, 200, "replayed"),
        hold("hold after redeem", "OPEN-PLACE", "ann", 60, 200, "replayed"),
        hold("hold of the last", "LAST-PLACE", "cat", 60, 409, "exhausted"),
        end(.confirm("cat"), "confirm", 200, "redeemed"),
        end(.confirm("cat"), "confirm again", 200, "replayed"),
        end(.release("cat"), "release of the confirmed", 409, nil),
        hold("dan", "OPEN-PLACE", "dan", 60, 201, "held"),
        redeem("redeem confirms", "OPEN-PLACE", "dan", 200, "redeemed"),
        hold("eve", "OPEN-PLACE", "eve", 60, 201, "held"),
        end(.release("eve"), "release", 200, nil),
        end(.confirm("eve"), "confirm of the released", 409, "hold_conflict"),
        hold("fay", "KEPT-PLACE", "fay", 5, 201, "held"),
        redeem("kept", "KEPT-PLACE", "gil", 409, "exhausted"),
        redeem("free again", "KEPT-PLACE", "gil", 200, "redeemed", after: 6),
        end(.confirm("fay"), "confirm of the expired", 409, "hold_conflict"),
        hold("hal", "OPEN-PLACE", "hal", 3600, 201, "held"),
        extend("hal", "extend", 7200, 200),
        extend("hal", "extend to earlier", 5, 200),
        extend("hal", "extend for too long", 604_801, 422),
        extend("cat", "extend of the confirmed", 7200, 409),
        hold("hal again", "OPEN-PLACE", "hal", 5, 200, "replayed"),
    ]

    private static let malformed =
        [
            ("half", "{"), ("array", "[]"), ("empty object", "{}"), ("no redeemer", #"{"code":"OPEN-PLACE"}"#),
            ("two targets", #"{"code":"OPEN-PLACE","campaign":"drop","redeemer_id":"x"}"#),
            ("no place", #"{"code":"OPEN-PLACE","redeemer_id":"x","quantity":0}"#),
            ("misspelt", #"{"code":"OPEN-PLACE","redeemer_id":"x","quantitty":1}"#),
            ("long code", #"{"code":"\#(String(repeating: "A", count: 129))","redeemer_id":"x"}"#),
            ("empty code", #"{"code":" -","redeemer_id":"x"}"#),
            ("long redeemer", #"{"code":"OPEN-PLACE","redeemer_id":"\#(String(repeating: "r", count: 999))"}"#),
            ("text behind", #"{"code":"OPEN-PLACE","redeemer_id":"x"} x"#),
        ].map { ClaimStep(name: $0.0, route: .redeem, body: $0.1, status: 422) } + [
            ClaimStep(name: "empty", route: .redeem, body: "", status: 422),
            ClaimStep(
                name: "ttl of nothing", route: .hold, body: #"{"code":"OPEN-PLACE","redeemer_id":"x","ttl_seconds":0}"#,
                status: 422),
            ClaimStep(
                name: "too large", route: .redeem, body: #"{"a":"\#(String(repeating: "a", count: 65_536))"}"#,
                status: 413),
        ]

    private static let strangers = [
        ClaimStep(
            name: "stranger", route: .redeem, body: #"{"code":"OPEN-PLACE","redeemer_id":"x"}"#, key: .unknown,
            status: 401),
        ClaimStep(
            name: "reader", route: .redeem, body: #"{"code":"OPEN-PLACE","redeemer_id":"x"}"#, key: .reader,
            status: 403),
        redeem("after all", "OPEN-PLACE", "zoe", 200, "redeemed"),
    ]

    private static func redeem(
        _ name: String, _ code: String, _ redeemer: String, _ status: Int, _ counted: String, more: String = "",
        after: Int64 = 0
    ) -> ClaimStep {
        ClaimStep(
            name: name, route: .redeem, body: #"{"code":"\#(code)","redeemer_id":"\#(redeemer)"\#(more)}"#,
            after: after, status: status, counted: counted)
    }

    private static func hold(
        _ name: String, _ code: String, _ redeemer: String, _ seconds: Int, _ status: Int, _ counted: String
    ) -> ClaimStep {
        ClaimStep(
            name: name, route: .hold,
            body: #"{"code":"\#(code)","redeemer_id":"\#(redeemer)","ttl_seconds":\#(seconds)}"#,
            status: status, counted: counted)
    }

    private static func extend(_ hold: String, _ name: String, _ seconds: Int, _ status: Int) -> ClaimStep {
        ClaimStep(name: name, route: .extend(hold), body: #"{"ttl_seconds":\#(seconds)}"#, status: status)
    }

    private static func end(_ route: ClaimStep.Route, _ name: String, _ status: Int, _ counted: String?) -> ClaimStep {
        ClaimStep(name: name, route: route, body: "", status: status, counted: counted)
    }
}
