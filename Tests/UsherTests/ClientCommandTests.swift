import Foundation
import TestSupport
import Testing

@testable import usher

/// The commands that ask a running server, each as text, as JSON and, where it is a list, as CSV.
@Suite struct `A command of a client` {
    /// A server with a campaign, its codes and people who have claimed.
    private struct Shop {
        let directory: TemporaryDirectory
        let server: UsherServerProcess
        let key: String

        init(_ name: String) async throws {
            directory = try TemporaryDirectory(name)
            server = try UsherServerProcess(data: directory.path + "/data", ["--metrics"])
            key = try #require(server.rootKey)
            try run("campaigns", "create", "summer", "--type", "multi_use", "--status", "active")
            try run("codes", "vanity", "Welcome-2027", "--campaign", "summer", "--max-uses", "3", "--issuer", "olga")
            #expect(await claims.redeem("WELCOME2027", "=ana") != nil)
            #expect(await claims.redeem("WELCOME2027", "ben\\u001b[2J") != nil)
        }

        var claims: ClaimClient { ClaimClient(url: server.url, key: key) }

        /// Runs a command that succeeds.
        @discardableResult
        func run(_ arguments: String...) throws -> Usher.Outcome {
            let outcome = try server.client(arguments, key: key)
            #expect(outcome.code == 0, "\(arguments): \(outcome)")
            return outcome
        }

        /// Runs a command that is refused, and gives what it says.
        func refusal(_ arguments: String..., code: Int32 = 1) throws -> String {
            let outcome = try server.client(arguments, key: key)
            #expect(outcome.code == code, "\(arguments): \(outcome)")
            return outcome.errors
        }
    }

    @Test func `makes, shows, changes, pauses, resumes and ends a campaign by its key`() async throws {
        let shop = try await Shop("campaigns")
        try shop.run(
            "campaigns", "create", "winter", "--type", "capacity", "--name", "Winter, \"cold\"",
            "--max-redemptions-total", "10", "--ends-at", "2031-03-30", "--description", "=1+1")
        let shown = try shop.run("campaigns", "show", "winter", "--json").thing()
        #expect(shown["ends_at"] as? String == "2031-03-30T23:59:59.999Z")
        let id = try #require(shown["id"] as? Int)
        #expect(try shop.run("campaigns", "show", "\(id)").output.contains("Winter, \"cold\""))

        let updated = try shop.run(
            "campaigns", "update", "winter", "--max-redemptions-total", "20", "--ends-at", "none", "--json"
        ).thing()
        #expect(updated["max_redemptions_total"] as? Int == 20 && updated["ends_at"] is NSNull)
        for (command, status) in [("resume", "active"), ("pause", "paused"), ("resume", "active"), ("end", "ended")] {
            #expect(try shop.run("campaigns", command, "winter", "--json").thing()["status"] as? String == status)
        }
        #expect(try shop.refusal("campaigns", "resume", "winter").contains("from ended to active"))

        let table = try shop.run("campaigns", "list").output.split(separator: "\n")
        #expect(table.count == 3 && table[0].hasPrefix("KEY ") && table[0].contains("CAPACITY USED"))
        #expect(table.contains { $0.hasPrefix("summer ") && $0.contains(" 2 ") })
        let csv = try shop.run("campaigns", "list", "--csv").output.components(separatedBy: "\r\n")
        #expect(csv[0].contains("capacity_limit,capacity_used,capacity_held"))
        #expect(csv[1].contains("\"Winter, \"\"cold\"\"\"") && csv[1].contains("\"'=1+1\""))
        #expect(try shop.run("campaigns", "list", "--limit", "1", "--json").rows().count == 1)

        #expect(try shop.refusal("campaigns", "show", "sumer").contains("no campaign sumer"))
        #expect(try shop.refusal("campaigns", "show", "sumer").contains("Did you mean summer?"))
        #expect(try shop.refusal("campaigns", "create", "x", "--type", "nonsense").contains("type: Must be one of"))
        #expect(try shop.refusal("campaigns", "update", "summer", code: 64).contains("say what to change"))
        #expect(
            try shop.refusal("campaigns", "create", "x", "--type", "y", "--grant", "{", code: 64).contains("--grant"))
        #expect(shop.server.stop() == 0)
    }

    @Test func `finds, raises and revokes codes by their text`() async throws {
        let shop = try await Shop("codes-by-text")
        let found = try shop.run("codes", "find", "welcome_2027", "--json").thing()
        #expect(found["code"] as? String == "WE1C0ME2027" && found["current_uses"] as? Int == 2)
        #expect(try shop.run("codes", "find", "WELCOME2027").output.contains("issuer id     ***"))
        #expect(try shop.run("codes", "find", "WELCOME2027", "--show-personal").output.contains("issuer id     olga"))
        #expect(try shop.run("codes", "raise", "welcome2027", "--by", "7", "--json").thing()["max_uses"] as? Int == 10)
        #expect(try shop.run("codes", "raise", "welcome2027", "--by", "-1", "--json").thing()["max_uses"] as? Int == 9)
        #expect(try shop.run("codes", "raise", "welcome2027", "--by=-1", "--json").thing()["max_uses"] as? Int == 8)
        #expect(try shop.refusal("codes", "raise", "welcome2027", "--by", "--json", code: 64).contains("'--json'"))
        let raised = try shop.run(
            "codes", "raise", "welcome2027", "--max-uses", "2", "--expires-at", "2031-01-01", "--json")
        #expect(try raised.thing()["expires_at"] as? String == "2031-01-01T23:59:59.999Z")
        #expect(try shop.refusal("codes", "raise", "welcome2027", "--max-uses", "1").contains("max_uses"))
        #expect(try shop.refusal("codes", "raise", "welcome2027", code: 64).contains("Say what to change"))
        let signed = try shop.run("codes", "signed", "--campaign", "summer", "--max-uses", "2", "--json").thing()
        #expect(signed["code_kind"] as? String == "signed")
        #expect(try shop.run("codes", "signed").output.contains("code kind    signed"))
        #expect(try shop.refusal("codes", "signed", "--campaign", "winter").contains("no campaign winter"))
        #expect(try shop.refusal("codes", "vanity", "admin").contains("vanity_reserved"))

        let made = try shop.run("codes", "generate", "--count", "3", "--campaign", "summer").output
        let file = shop.directory.path + "/leaked"
        try (made + "NOSUCHCODE\n").write(toFile: file, atomically: true, encoding: .utf8)
        let revoked = try shop.server.client("codes", "revoke", "--file", file, "welcome-2027", "--json", key: shop.key)
        let counts = try revoked.thing()
        #expect(revoked.code == 1 && counts["revoked"] as? Int == 4 && counts["already"] as? Int == 0)
        #expect(counts["unknown"] as? [String] == ["NOSUCHCODE"])
        let again = try shop.server.client("codes", "revoke", "--file", file, key: shop.key)
        #expect(again.code == 1 && again.output == "0 codes revoked, 3 had been before, 1 unknown.\n")
        #expect(again.errors.contains("there is no code NOSUCHCODE"))
        #expect(try shop.refusal("codes", "revoke", "--atomic", "--file", file).contains("There is no code NOSUCHCODE"))
        #expect(try shop.refusal("codes", "revoke", "A", "--campaign", "summer", code: 64).contains("--campaign means"))
        let states = try shop.run("codes", "export", "--state", "revoked", "--campaign", "summer").output
        #expect(states.split(separator: "\n").count == 4)
        #expect(try shop.refusal("codes", "revoke", code: 64).contains("Name codes"))
        // An empty variable of a script never means all of them, or just any.
        #expect(try shop.refusal("codes", "revoke", "", code: 64).contains("code must not be empty"))
        #expect(try shop.refusal("codes", "revoke", "_ _").contains("there is no code"))
        let nobody = try shop.refusal("claims", "list", "--redeemer", "", code: 64)
        #expect(nobody.contains("redeemer_id must not be empty"))
        #expect(try shop.refusal("codes", "export", "--campaign", "").contains("there is no campaign"))
        #expect(shop.server.stop() == 0)
    }

    @Test func `lists and releases redemptions and holds, and shows no people unless it is asked`() async throws {
        let shop = try await Shop("people")
        let table = try shop.run("claims", "list", "--code", "welcome-2027").output
        #expect(table.contains("REDEEMER ID") && table.contains("***"))
        #expect(!table.contains("ana") && !table.contains("ben") && !table.contains("\u{1B}"))
        // Text of others cannot command a terminal.
        let shown = try shop.run("claims", "list", "--show-personal").output
        #expect(shown.contains("=ana") && shown.contains("ben\u{FFFD}[2J") && !shown.contains("\u{1B}"))
        let csv = try shop.run("claims", "list", "--campaign", "summer", "--csv").output
        #expect(csv.hasPrefix("id,code_id,campaign_id,redeemer_id,") && csv.contains("\"'=ana\""))
        let mine = try shop.run("claims", "list", "--redeemer", "=ana", "--json").rows()
        let id = try #require(mine.first?["id"] as? Int)
        #expect(mine.count == 1)
        let released = try shop.run("claims", "release", "\(id)", "--json").rows()
        #expect(released.first?["released_at"] is String)
        #expect(try shop.refusal("claims", "release", "5", "\(id)").contains("5: Redemption not found."))
        #expect(try shop.refusal("claims", "release", "x", code: 64).contains("'x'"))

        let ids = try await ["cem", "dan"].asyncMap { who in
            let body = #"{"code":"WELCOME2027","redeemer_id":"\#(who)"}"#
            let (_, hold) = try await shop.claims.send("POST", "/api/invitations/holds", body)
            return (hold["hold"] as? [String: Any])?["id"] as? Int
        }
        let first = try #require(ids[0])
        #expect(ids[1] != nil || ids.count == 2)
        #expect(try shop.run("holds", "list", "--state", "held", "--campaign", "summer").output.contains("\(first)"))
        #expect(try shop.run("holds", "confirm", "\(first)", "--json").rows()[0]["redeemer_id"] as? String == "cem")
        let refused = try shop.refusal("holds", "release", "\(first)")
        #expect(refused.contains("\(first): ") && refused.contains("409"))
        if let second = ids[1] {
            #expect(try shop.run("holds", "release", "\(second)").output.contains("released"))
        }
        #expect(try shop.run("holds", "list", "--csv", "--code", "WELCOME2027").output.contains("confirmed"))
        #expect(try shop.refusal("holds", "list", "--state", "hold").contains("state: Must be one of"))
        #expect(shop.server.stop() == 0)
    }

    @Test func `lists and qualifies referrals, and keeps the ledger of rewards`() async throws {
        let shop = try await Shop("referrals")
        // A code with an issuer refers without any policy.
        let old = try shop.run("referrals", "list", "--referrer", "olga", "--json").rows()
        #expect(old.count == 2 && old.allSatisfy { $0["status"] as? String == "pending" })
        let policy = #"{"referrer":{"trigger":"on_redemption","amount":5,"currency":"EUR"},"referee":{"unit":"=x"}}"#
        try shop.run(
            "campaigns", "create", "friends", "--type", "referral", "--status", "active", "--reward-policy", policy)
        try shop.run("codes", "vanity", "FRIENDS", "--campaign", "friends", "--issuer", "olga", "--max-uses", "9")
        for who in ["dan", "eve"] { #expect(await shop.claims.redeem("FRIENDS", who) != nil) }
        let table = try shop.run("referrals", "list", "--campaign", "friends").output
        #expect(table.contains("REFERRER ID") && table.contains("***") && !table.contains("olga"))
        let found = try shop.run("referrals", "list", "--referee", "dan", "--json").rows()
        let id = try #require(found.first?["id"] as? Int)
        #expect(try shop.run("referrals", "show", "\(id)", "--show-personal").output.contains("olga"))
        for _ in 0..<2 {
            let qualified = try shop.run("referrals", "qualify", "\(id)", "--json").rows()
            #expect(qualified.first?["status"] as? String == "rewarded")
        }
        #expect(try shop.refusal("referrals", "qualify", "5", "\(id)").contains("5: Referral not found."))
        #expect(try shop.refusal("referrals", "list", "--status", "open").contains("status: Must be one of"))

        let rewards = try shop.run(
            "rewards", "list", "--campaign", "friends", "--party", "referrer", "--state", "granted", "--json"
        ).rows()
        #expect(rewards.count == 2 && rewards.allSatisfy { $0["amount"] as? Int == 5 })
        let reward = try #require(rewards.first?["id"] as? Int)
        #expect(try shop.run("rewards", "confirm", "\(reward)").output.contains("confirmed"))
        let reversed = try shop.run("rewards", "reverse", "\(reward)", "--reason", "=cmd", "--json").rows()
        #expect(reversed.first?["reason"] as? String == "=cmd")
        #expect(try shop.refusal("rewards", "confirm", "\(reward)").contains("reward_over"))
        #expect(try shop.refusal("rewards", "reverse", "\(reward)", code: 64).contains("--reason"))
        let sums = try shop.run("rewards", "sums", "--campaign", "friends", "--csv").output
        #expect(sums.contains("EUR,EUR,granted,1,5") && sums.contains("EUR,EUR,reversed,1,5"))
        #expect(try shop.run("rewards", "sums", "--beneficiary", "dan").output.contains("granted"))
        #expect(try shop.run("rewards", "list", "--referral", "\(id)", "--csv").output.contains("\"'=x\""))
        let file = shop.directory.path + "/rewards.csv"
        try shop.run("rewards", "export", "-o", file, "--state", "reversed")
        let written = try String(contentsOfFile: file, encoding: .utf8)
        #expect(written.hasPrefix("id,referral_id,") && written.contains(",\"'=cmd\","))
        #expect(try shop.run("rewards", "export", "--ndjson").output.split(separator: "\n").count == 4)
        #expect(shop.server.stop() == 0)
    }

    @Test func `makes and lists tenants and keys, and revokes a key by its name`() async throws {
        let shop = try await Shop("tenants")
        try shop.run("tenants", "create", "acme", "--name", "Acme")
        #expect(try shop.run("tenants", "list").output.contains("acme"))
        #expect(try shop.run("tenants", "list", "--json").rows().count == 2)
        #expect(try shop.run("campaigns", "list", "--tenant", "acme", "--json").rows().isEmpty)
        #expect(try shop.run("campaigns", "list", "--tenant", "acme").errors.contains("There are none."))
        let made = try shop.run("keys", "create", "--name", "reader", "--scope", "read", "--scope", "claims")
        let text = try #require(made.output.firstMatch(of: /key +(usher_\S+)/)).1
        #expect(made.errors.contains("Keep the key"))
        let reader = String(text)
        #expect(try shop.server.client("campaigns", "pause", "summer", key: reader).errors.contains("403"))
        #expect(try shop.run("keys", "list").output.contains("claims,read"))
        #expect(try shop.run("keys", "list", "--csv").output.contains("reader"))
        #expect(try shop.run("keys", "revoke", "reader", "--json").thing()["revoked_at"] is String)
        #expect(try shop.refusal("keys", "revoke", "reader").contains("no key reader"))
        #expect(try shop.server.client("claims", "list", key: reader).errors.contains("is not known"))
        for _ in 0..<2 { try shop.run("keys", "create", "--name", "twin", "--scope", "read") }
        #expect(try shop.refusal("keys", "revoke", "twin").contains("several keys are named twin"))
        #expect(shop.server.stop() == 0)
    }

    @Test func `shows figures as sums, by time, as a funnel, by leaders and live`() async throws {
        let shop = try await Shop("figures")
        let summary = try shop.run("stats", "summary", "--campaign", "summer", "--since-days", "1", "--json").thing()
        #expect(summary["redemptions"] as? Int == 2)
        #expect(try shop.run("stats", "summary").output.contains("codes issued"))
        let series = try shop.run("stats", "series", "redemptions", "--interval", "hour", "--csv").output
        #expect(series.hasPrefix("start,local,value\r\n") && series.contains(",2\r\n"))
        let points = try shop.run("stats", "series", "places", "--from", "2026-01-01", "--json").thing()
        #expect((points["points"] as? [Any])?.isEmpty == false)
        #expect(try shop.run("stats", "funnel").output.contains("codes_claimed"))
        let leaders = try shop.run("stats", "leaders", "--campaign", "summer").output
        #expect(leaders.contains("***") && !leaders.contains("olga"))
        #expect(try shop.run("stats", "leaders", "--show-personal").output.contains("olga"))
        #expect(try shop.run("stats", "leaders", "--csv").output.contains("1,olga,2,2"))
        let live = try shop.run("stats", "live", "--lines", "2", "--json").output.split(separator: "\n")
        #expect(live.count == 2 && live[0].contains(#""redemptions":2"#))
        #expect(try shop.run("stats", "live", "--lines", "1").output.contains("AS OF"))
        // A key for figures names a campaign all the same.
        let made = try shop.run("keys", "create", "--name", "board", "--scope", "metrics", "--json").thing()
        let figures = try #require(made["key"] as? String)
        let seen = try shop.server.client(["stats", "summary", "--campaign", "summer"], key: figures)
        #expect(seen.code == 0 && seen.output.contains("redemptions"), "\(seen)")
        #expect(try shop.server.client(["stats", "leaders"], key: figures).code == 1)
        #expect(try shop.server.client(["codes", "export"], key: figures).code == 1)
        #expect(try shop.refusal("stats", "series", "redemption").contains("metric: Must be one of"))
        #expect(shop.server.stop() == 0)
    }

    @Test func `shows how a server is, and who follows it`() async throws {
        let shop = try await Shop("status")
        let bare = try Usher.run("status", "--url", shop.server.url)
        #expect(bare.code == 0 && bare.output.hasPrefix("ready\n") && bare.output.contains("primary"))
        #expect(!bare.output.contains("followers"))
        let replica = try UsherServerProcess(
            "replica", data: shop.directory.path + "/b", ["--primary", shop.server.url],
            environment: ["USHER_PRIMARY_KEY": shop.key])
        var status = try shop.run("status", "--campaign", "summer")
        for _ in 0..<200 where !status.output.contains(replica.url) {
            try await Task.sleep(for: .milliseconds(50))
            status = try shop.run("status", "--campaign", "summer")
        }
        #expect(status.output.contains(replica.url) && status.output.contains("capacity used"))
        let document = try shop.run("status", "--campaign", "summer", "--json").json()
        #expect(Set(document.keys) == ["health", "replication", "campaign"])
        let replication = try shop.run("replication", "--json").thing()
        #expect((replication["followers"] as? [Any])?.count == 1)
        #expect(try shop.run("replication").output.contains("LAG SEQUENCES"))
        let other = try replica.client("replication", key: shop.key)
        #expect(
            other.code == 0 && other.output.contains("following upstream") && other.output.contains(shop.server.url))
        #expect(replica.stop() == 0)
        #expect(try shop.run("replication", "--sync-replicas", "2").output.contains("2"))
        let notReady = try shop.server.client("status", key: shop.key)
        #expect(notReady.code == 1 && notReady.output.hasPrefix("NOT READY"), "\(notReady)")
        #expect(shop.server.stop() == 0)
    }

    @Test(arguments: [
        (["campains", "list"], "campains is no command of `usher`. Did you mean campaigns?"),
        (["campaigns", "lst"], "lst is no command of `usher campaigns`. Did you mean list?"),
        (["help", "codes", "genrate"], "genrate is no command of `usher codes`. Did you mean generate?"),
        (["nonsense"], "nonsense is no command of `usher`. `usher --help` lists them."),
        (["codes", "generate", "--cont", "3"], "Did you mean '--count'?"),
    ])
    func `that is misspelt is answered with the one that was meant`(words: [String], complaint: String) throws {
        let outcome = try Usher.run(words, environment: [:])
        #expect(outcome.code == 64 && outcome.errors.contains(complaint), "\(outcome)")
    }

    @Test(arguments: [
        (["codes", "raise", "X", "--max-uses", "-1"], "--max-uses=-1"),
        (["claims", "list", "--redeemer", "-7"], "--redeemer=-7"),
        (["codes", "export", "-o", "-x"], "-o=-x"),
        (["campaigns", "create", "k", "--type", "capacity", "--name", "-5 %"], "--name=-5 %"),
    ])
    func `says how to write a value that begins with a hyphen`(
        words: [String], form: String
    ) throws {
        let outcome = try Usher.run(words, environment: [:])
        #expect(outcome.code == 64 && outcome.errors.hasSuffix("written in one word with it: \(form)\n"), "\(outcome)")
    }

    @Test func `writes a file whole or not at all, and takes one form of output`() async throws {
        let outcome = try Usher.run("codes", "export", "--json", "--csv")
        #expect(outcome.code == 64 && outcome.errors.contains("exclude each other"))
        #expect(try Usher.run("claims", "list", "--json", "--csv").code == 64)
        #expect(try Usher.run("claims", "list", "--limit", "0").code == 64)
        let noScheme = try Usher.run("claims", "list", "--url", "localhost:7070", "--key", "k")
        #expect(noScheme.code == 64 && noScheme.errors.contains("Did you mean http://localhost:7070?"))
    }
}

extension Sequence {
    /// Maps one after the other.
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
