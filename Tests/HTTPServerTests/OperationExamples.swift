import HTTPTypes
import JSONText

@testable import API

/// Requests that each operation carries out, on a server of their own.
struct OperationExamples {
    private static let admin = "/api/admin/invitations"

    private let server: TestServer
    /// Ids by the segment in front of them.
    private var ids: [String: Int64] = [:]
    /// The campaign whose codes refer.
    private var friends: Int64 = 0
    /// Counts the people that were brought.
    private var people = 0

    /// Makes a thing of every kind that a path can name.
    init(_ server: TestServer) async throws {
        self.server = server
        ids["campaigns"] = try await server.campaign("drop", type: "capacity", perUser: 1000)
        let policy = #"{"referrer":{"trigger":"on_redemption","amount":5}}"#
        let programme = try await server.post(
            Self.admin + "/campaigns",
            #"{"key":"friends","name":"n","type":"referral","status":"active","reward_policy":\#(policy)}"#)
        friends = try Self.id(programme["data", "id"], programme)
        try await renew()
    }

    /// Makes the things anew that an operation uses up.
    mutating func renew() async throws {
        let code = try await server.post(Self.admin + "/codes", #"{"count":1,"max_uses":50}"#)
        ids["codes"] = try Self.id(code["data"].array?.first?.object?["id"] ?? .null, code)
        let text = code["data"].array?.first?.object?["code"]?.string ?? ""
        let hold = try await server.post("/api/invitations/holds", #"{"code":"\#(text)","redeemer_id":"h"}"#)
        ids["holds"] = try Self.id(hold["hold", "id"], hold)
        let redemption = try await server.post("/api/invitations/redeem", #"{"code":"\#(text)","redeemer_id":"r"}"#)
        ids["redemptions"] = try Self.id(redemption["redemption", "id"], redemption)
        let refers = try await server.post(
            Self.admin + "/codes", #"{"count":1,"campaign_id":\#(friends),"issuer_id":"ann"}"#)
        let friend = refers["data"].array?.first?.object?["code"]?.string ?? ""
        people += 1
        let brought = try await server.post(
            "/api/invitations/redeem", #"{"code":"\#(friend)","redeemer_id":"friend-\#(people)"}"#)
        ids["referrals"] = try Self.id(brought["referral", "id"], brought)
        let rewards = try await server.get(Self.admin + "/rewards?limit=1")
        ids["rewards"] = try Self.id(rewards["data"].array?.first?.object?["id"] ?? .null, rewards)
        let key = try await server.post(Self.admin + "/keys", #"{"name":"n","scopes":["claims"]}"#)
        ids["keys"] = try Self.id(key["data", "id"], key)
    }

    private static func id(_ value: JSONTree, _ reply: TestServer.Reply) throws -> Int64 {
        guard case .integer(let id) = value else { throw TestFailure(reply.text) }
        return id
    }

    /// The path of an operation, with what it asks for in its query.
    func path(_ operation: Operation) -> String {
        let segments = operation.path.split(separator: "/").map(String.init)
        let kind = segments.firstIndex { $0.hasPrefix("{") }.map { segments[$0 - 1] } ?? ""
        var required = operation.query.filter(\.isRequired).map { "\($0.name)=\(Self.value(of: $0))" }
        // One of two parameters is enough.
        if operation.name == "availability" { required.append("campaign=drop") }
        return operation.path.replacing(#/\{[a-z_]+\}/#, with: String(ids[kind] ?? 0))
            + (required.isEmpty ? "" : "?" + required.joined(separator: "&"))
    }

    private static func value(of parameter: Operation.Parameter) -> String {
        parameter.schema.object?["enum"]?.array?.first?.string
            ?? (parameter.name == "from" ? "2026-01-01" : "a@b.example")
    }

    /// A body that an operation takes; a round's differs from those of the others.
    static func body(_ operation: Operation, _ round: String) -> String? {
        guard let form = operation.body.form else { return operation.method == .get ? nil : "{}" }
        return bodies(round)[form.schemaName] ?? example(form, round)
    }

    /// The members that a body must have, each with a value that its rules allow; texts differ from round to round.
    private static func example(_ form: any RequestBody.Type, _ round: String) -> String {
        var body = JSONObject()
        for member in form.members where member.isRequired { body[member.name] = value(member.rules, round) }
        return String(decoding: JSONTree.object(body).text, as: UTF8.self)
    }

    private static func value(_ rules: JSONTree, _ round: String) -> JSONTree {
        let rules = rules.object ?? JSONObject()
        if let word = rules["enum"]?.array?.first { return word }
        switch rules["type"]?.string {
        case "integer": return rules["minimum"] ?? 1
        case "boolean": return true
        case "array": return .array([value(rules["items"] ?? .null, round)])
        default: return .string("e\(round)".lowercased())
        }
    }

    /// The bodies of which a rule says more than the declaration of each member, or whose example is to find something.

    private static func bodies(_ round: String) -> [String: String] {
        [
            "RedeemRequest": #"{"campaign":"drop","redeemer_id":"\#(round)"}"#,
            "HoldRequest": #"{"campaign":"drop","redeemer_id":"h\#(round)"}"#,
            "CampaignPatch": #"{"name":"\#(round)"}"#,
            "VanityRequest": #"{"code":"WORD\#(round)"}"#, "SignRequest": #"{"expires_at":"2031-03-30"}"#,
            "RevokeRequest": #"{"codes":["NOBODYS"]}"#, "StrikeOffRequest": #"{"node":"nobody"}"#,
            "CodePatch": #"{"max_uses":60}"#, "ImportRow": #"{"code":"FILE\#(round)"}"#,
            "ValidateRequest": #"{"code":"NOBODYS"}"#, "ExtendRequest": #"{"ttl_seconds":900}"#,
            "ConfirmRequest": #"{"follower":"f","position":"0-0"}"#,
            "ReplicationRequest": #"{"sync_replicas":0}"#,
        ]
    }

    /// Sends an operation's request, with more header fields.
    func send(_ operation: Operation, round: String, _ headers: [String: String] = [:]) async throws -> TestServer.Reply
    {
        try await server.send(
            operation.method.rawValue, path(operation), Self.body(operation, round),
            headers: headers.merging(["Content-Type": "application/json"]) { given, _ in given })
    }
}
