import JSONText
import Journal
import Store
import Testing

@testable import Domain

@Suite("Campaigns, tenants, keys, stored answers")
struct AdministrationTests {
    func create(_ world: World, _ command: CreateCampaign) throws(Rejection) -> CampaignView {
        try world.attempt { (context) throws(Rejection) in try Campaigns.create(command, in: &context) }
    }

    func fields(_ rejection: Rejection?) -> Set<String> {
        if case .invalidFields(let fields) = rejection { Set(fields.names) } else { [] }
    }

    @Test("A campaign has the defaults of a draft for one place per person")
    func defaults() throws {
        let world = try World()
        let view = try create(world, CreateCampaign(tenant: world.tenant, key: "k", name: "n", type: "referral"))
        #expect(view.status == .draft && view.perUserLimit == 1 && view.type == .referral)
        #expect(view.capacity == Capacity(limit: nil, used: 0, held: 0))
        #expect(view.createdAt == world.now && view.grant == nil && view.description == nil)
        #expect(Campaigns.number(key: "k", tenant: world.tenant, state: world.state) == view.number)
    }

    @Test("All that is wrong with a campaign is told at once, a taken key among it")
    func createRejections() throws {
        let world = try World()
        _ = try world.campaign("taken")
        let bad = CreateCampaign(
            tenant: world.tenant, key: "No Slug", name: "", type: "x",
            description: String(repeating: "d", count: 2001), status: "y", maxRedemptionsTotal: 0, perUserLimit: 0,
            startsAt: world.now, endsAt: world.now.adding(seconds: -1), rewardPolicy: json("[]"), grant: json("{"))
        let rejection = world.rejection { (context) throws(Rejection) in try Campaigns.create(bad, in: &context) }
        #expect(
            fields(rejection) == [
                "key", "name", "type", "description", "status", "max_redemptions_total", "per_user_limit", "ends_at",
                "reward_policy", "grant",
            ])
        let taken = CreateCampaign(tenant: world.tenant, key: "taken", name: "n", type: "capacity")
        #expect(
            fields(world.rejection { (context) throws(Rejection) in try Campaigns.create(taken, in: &context) })
                == ["key"])
    }

    @Test(
        "A grant is brought into the form that readers rely on, or its wrong fields are named",
        arguments: [
            ("{}", []), (#"{"role":"editor"}"#, []), (#"{"role":"super-admin"}"#, ["grant.role"]),
            (#"{"rolee":"editor"}"#, ["grant.rolee"]),
            (#"{"tenants":[{"tenant_id":"t","tenants":[]}]}"#, ["grant.tenants.0.tenants"]),
            (#"{"scope_allowlist":{"anything":{"goes":[1]}}}"#, []),
            (#"{"projects":["a",7]}"#, ["grant.projects.1"]), (#"{"project_role":"boss"}"#, ["grant.project_role"]),
            (#"{"tenants":[{}]}"#, ["grant.tenants.0.tenant_id"]), (#"{"tenants":7}"#, ["grant.tenants"]),
            (#"{"tenants":[{"tenant_id":"t","role":"super-admin"}]}"#, ["grant.tenants.0.role"]),
            (#"{"scope_allowlist":{"globs":["*"]},"tenants":null,"projects":null,"role":null}"#, []),
            ("null", ["grant"]),
        ] as [(String, [String])])
    func grants(text: String, wrong: [String]) throws {
        var errors = FieldErrors()
        let normal = GrantRules.normalize(json(text), errors: &errors)
        #expect(Set(errors.names) == Set(wrong))
        guard wrong.isEmpty else { return }
        let value = try JSONTree.parse(try #require(normal))
        let members = try #require(value.object?.members)
        #expect(members.map(\.name) == ["project_role", "projects", "role", "scope_allowlist", "tenants"])
        var again = FieldErrors()
        #expect(GrantRules.normalize(value.text, errors: &again) == normal, "normal form is stable")
    }

    @Test(
        "A reward policy is checked when it comes in",
        arguments: [
            ("{}", []),
            (#"{"referrer":{"type":"credit","amount":5,"trigger":"on_activation"},"per_referrer_total":"3"}"#, []),
            (#"{"referrer":7}"#, ["reward_policy.referrer"]),
            (#"{"referee":{"type":"cash"}}"#, ["reward_policy.referee.type"]),
            (
                #"{"referee":{"amount":1.5,"trigger":"x"}}"#,
                ["reward_policy.referee.amount", "reward_policy.referee.trigger"]
            ),
            (#"{"per_referrer_total":-1}"#, ["reward_policy.per_referrer_total"]),
            (
                #"{"refere":{},"referrer":{"amounts":5}}"#,
                ["reward_policy.refere", "reward_policy.referrer.amounts"]
            ),
        ] as [(String, [String])])
    func rewardPolicies(text: String, wrong: [String]) {
        var errors = FieldErrors()
        _ = RewardPolicyRules.read(json(text), errors: &errors)
        #expect(Set(errors.names) == Set(wrong))
    }

    @Test("A campaign's status goes draft, active, paused, ended, and nothing leaves ended")
    func transitions() {
        let allowed: [CampaignStatus: [CampaignStatus]] = [
            .draft: [.draft, .active, .ended], .active: [.active, .paused, .ended],
            .paused: [.paused, .active, .ended], .ended: [.ended],
        ]
        for from in CampaignStatus.allCases {
            #expect(
                CampaignStatus.allCases.filter(from.canBecome)
                    == CampaignStatus.allCases.filter { allowed[from]?.contains($0) == true })
        }
    }

    @Test("A patch changes what it names, checks the rest against what is stored, and honours versions")
    func patch() throws {
        let world = try World()
        let number = try world.campaign("p", total: 5, status: .draft)
        let seen = try world.campaignView(number)
        var command = PatchCampaign(
            tenant: world.tenant, number: number, expectedVersions: [seen.version], name: .set("new"),
            description: .set("text"), status: .set("active"), endsAt: .set(world.now.adding(seconds: 9)),
            grant: .set(json("{}")))
        try world.patch(command)
        let changed = try world.campaignView(number)
        #expect(changed.name == "new" && changed.description == "text" && changed.status == .active)
        #expect(changed.capacity.limit == 5 && changed.version != seen.version)
        #expect(throws: Rejection.versionMismatch) { try world.patch(command) }
        command = PatchCampaign(tenant: world.tenant, number: number, startsAt: .set(world.now.adding(seconds: 10)))
        #expect(
            fields(world.rejection { (context) throws(Rejection) in try Campaigns.patch(command, in: &context) }) == [
                "ends_at"
            ])
        command = PatchCampaign(
            tenant: world.tenant, number: number, name: .set(nil), status: .set(nil), perUserLimit: .set(nil))
        #expect(
            fields(world.rejection { (context) throws(Rejection) in try Campaigns.patch(command, in: &context) })
                == ["name", "status", "per_user_limit"])
        command = PatchCampaign(tenant: world.tenant, number: number, description: .set(nil), grant: .set(nil))
        try world.patch(command)
        #expect(try world.campaignView(number).grant == nil)
        #expect(try world.violations() == [])
        command = PatchCampaign(tenant: world.tenant, number: number, status: .set("draft"))
        guard
            case .conflict("status_transition", _) = world.rejection({ (context) throws(Rejection) in
                try Campaigns.patch(command, in: &context)
            })
        else {
            Issue.record("an active campaign is no draft again")
            return
        }
    }

    @Test("A campaign's total never goes below what is taken")
    func total() throws {
        let world = try World()
        let campaign = try world.campaign("seats", type: .capacity, total: 5)
        _ = try world.claim(.campaign("seats"), quantity: 2)
        _ = try world.claim(.campaign("seats"), by: "bob", kind: .hold(ttlSeconds: 60))
        let low = PatchCampaign(tenant: world.tenant, number: campaign, maxRedemptionsTotal: .set(2))
        guard
            case .conflict("below_taken", _) = world.rejection({ (context) throws(Rejection) in
                try Campaigns.patch(low, in: &context)
            })
        else {
            Issue.record("three places are taken")
            return
        }
        try world.patch(PatchCampaign(tenant: world.tenant, number: campaign, maxRedemptionsTotal: .set(3)))
        #expect(try world.claim(.campaign("seats"), by: "eve").reason == .exhausted)
        try world.patch(PatchCampaign(tenant: world.tenant, number: campaign, maxRedemptionsTotal: .set(nil)))
        #expect(try world.claim(.campaign("seats"), by: "eve").isFresh)
    }

    @Test("Tenants have ids of their own and a name for people")
    func tenants() throws {
        let world = try World()
        let acme = try world.attempt { (context) throws(Rejection) in
            try Tenants.create(id: "acme-corp", name: nil, in: &context)
        }
        #expect(acme.name == "Acme Corp" && acme.number.rawValue == 2)
        #expect(Tenants.number(id: "acme-corp", state: world.state) == acme.number)
        #expect(Tenants.number(id: "default", state: world.state) == .default)
        guard
            case .conflict("tenant_taken", _) = world.rejection({ (context) throws(Rejection) in
                try Tenants.create(id: "acme-corp", name: "x", in: &context)
            })
        else {
            Issue.record("the id is taken")
            return
        }
        for id in ["", "-a", "A", "a b", String(repeating: "a", count: 51)] {
            #expect(
                fields(
                    world.rejection { (context) throws(Rejection) in
                        try Tenants.create(id: id, name: "n", in: &context)
                    }) == ["id"])
        }
        #expect(
            Tenants.list(page: PageRequest(), in: try world.snapshot()).items.map(\.id) == ["acme-corp", "default"])
        #expect(!world.run { Bootstrap.run(in: &$0) }, "the first start is over")
    }

    @Test("A key is known by its hash until it is revoked or expires")
    func keys() throws {
        let world = try World()
        let command = CreateKey(
            tenant: world.tenant, name: "ci", scopes: ["claims", "read"], expiresAt: world.now.adding(seconds: 60))
        let key = try world.attempt { (context) throws(Rejection) in try APIKeys.create(command, in: &context) }
        #expect(key.text.hasPrefix("usher_") && key.text.utf8.count == 46)
        func credential() -> Credential? {
            APIKeys.credential(hash: APIKeys.hash(of: key.text), state: world.state, now: world.now)
        }
        #expect(credential()?.scopes == [.claims, .read] && credential()?.number == key.view.number)
        #expect(APIKeys.credential(hash: APIKeys.hash(of: "usher_x"), state: world.state, now: world.now) == nil)
        let start = world.now
        world.now = start.adding(seconds: 60)
        #expect(credential() == nil)
        world.now = start
        func revoke() throws -> KeyView {
            try world.attempt { (context) throws(Rejection) in
                try APIKeys.revoke(key.view.number, tenant: world.tenant, in: &context)
            }
        }
        let revoked = try revoke()
        #expect(revoked.revokedAt == start && credential() == nil)
        #expect(try revoke() == revoked)
        #expect(APIKeys.list(tenant: world.tenant, page: PageRequest(), in: try world.snapshot()).items == [revoked])
        let bad = CreateKey(tenant: world.tenant, name: "", scopes: ["everything"], expiresAt: start)
        #expect(
            fields(world.rejection { (context) throws(Rejection) in try APIKeys.create(bad, in: &context) })
                == ["name", "scopes", "expires_at"])
        #expect(try world.violations() == [])
    }

    @Test(
        "A stored answer of any size comes back for 24 hours and is purged after",
        arguments: [0, 1, 1954, 1955, 3955, 100_000])
    func idempotency(size: Int) throws {
        let world = try World()
        let key = IdempotencyKey(tenant: world.tenant, credential: EntityNumber(rawValue: 7), key: "abc")
        let record = IdempotencyRecord(
            fingerprint: [UInt8](repeating: 3, count: 32), createdAt: world.now, status: 201, kind: 4,
            body: [UInt8](repeating: 9, count: size))
        #expect(Idempotency.lookup(key, state: world.state, now: world.now) == nil)
        world.run { Idempotency.store(record, for: key, in: &$0) }
        #expect(Idempotency.lookup(key, state: world.state, now: world.now) == record)
        let other = IdempotencyKey(tenant: world.tenant, credential: EntityNumber(rawValue: 8), key: "abc")
        #expect(Idempotency.lookup(other, state: world.state, now: world.now) == nil)
        #expect(dueAnswers(world).isEmpty)
        world.now = world.now.adding(seconds: 86_400)
        #expect(Idempotency.lookup(key, state: world.state, now: world.now) == nil)
        let due = try #require(dueAnswers(world).first)
        var renewed = record
        renewed.createdAt = world.now
        renewed.body = [1]
        world.run { Idempotency.store(renewed, for: key, in: &$0) }
        #expect(world.run { AnswerTimeRecord.settle(due, in: &$0) } == false, "it was replaced in the meantime")
        #expect(Idempotency.lookup(key, state: world.state, now: world.now) == renewed)
        world.now = world.now.adding(seconds: 86_400)
        // Both what the overlay has and what is committed is found.
        let again = try #require(dueAnswers(world).first)
        _ = try world.snapshot()
        #expect(dueAnswers(world) == [again])
        let records = AnswerTimeRecord.records(of: again, in: world.state)
        #expect(records == 2 && world.run { AnswerTimeRecord.settle(again, in: &$0) })
        #expect(try world.violations() == [])
        #expect(dueAnswers(world).isEmpty)
    }

    /// The stored answers whose time is over, the oldest first.
    private func dueAnswers(_ world: World) -> [DueEntry] {
        var due: [DueEntry] = []
        let end = Timestamp(milliseconds: world.now.milliseconds + 1)
        Deadlines.forEach(due: Timestamp(milliseconds: 0)..<end, in: world.state) { due.append($0) }
        return due.sorted()
    }

    @Test("Stored answers fall due one by one, the oldest first, and say how many records they have")
    func purge() throws {
        let world = try World()
        let sizes = [0, 1954, 1955, 40_000, 10, 5000, 0, 3955, 7, 100_000, 1, 1]
        let keys = sizes.indices.map { index in
            IdempotencyKey(tenant: world.tenant, credential: EntityNumber(rawValue: UInt64(index)), key: "k")
        }
        for (key, size) in zip(keys, sizes) {
            let record = IdempotencyRecord(
                fingerprint: [UInt8](repeating: 3, count: 32), createdAt: world.now, status: 201, kind: 0,
                body: [UInt8](repeating: 9, count: size))
            world.run { Idempotency.store(record, for: key, in: &$0) }
            world.now = world.now.adding(seconds: 1)
        }
        func records() throws -> Int {
            let snapshot = try world.snapshot()
            return Int(snapshot.count(Tables.idempotency) + snapshot.count(Tables.idempotencyByTime))
        }
        world.now = world.now.adding(seconds: 86_400)
        _ = try world.snapshot()
        var (left, purged) = (try records(), 0)
        let due = dueAnswers(world)
        #expect(due.count == sizes.count)
        for entry in due {
            let expected = AnswerTimeRecord.records(of: entry, in: world.state)
            #expect(world.run { AnswerTimeRecord.settle(entry, in: &$0) })
            let now = try records()
            #expect(left - now == expected)
            purged += 1
            left = now
            let stays = keys.map { Idempotency.read($0, state: world.state) != nil }
            #expect(stays == keys.indices.map { $0 >= purged }, "the oldest go first")
        }
        #expect(left == 0 && purged == sizes.count)
        #expect(try world.violations() == [])
    }

    @Test("Pending invitations are counted by address, whatever its case")
    func pending() throws {
        let world = try World()
        let key = PendingInvitations.key(email: "Ada@Example.com ", tenant: world.tenant)
        world.state.insert(PendingInvitationRecord.self, key, 3)
        #expect(PendingInvitations.count(email: " ada@example.COM", tenant: world.tenant, state: world.state) == 3)
        #expect(PendingInvitations.count(email: "b@example.com", tenant: world.tenant, state: world.state) == 0)
    }

    @Test("Projects of a grant are told apart by their bytes, and once each")
    func projects() throws {
        var errors = FieldErrors()
        let normal = try #require(
            GrantRules.normalize(
                json("{\"projects\":[\" Jos\u{E9}\",\"Jose\u{301}\",\"Jos\u{E9} \"]}"), errors: &errors))
        let projects = try JSONTree.parse(normal).object?["projects"]?.array
        #expect(projects == [.string("Jos\u{E9}"), .string("Jose\u{301}")])
    }

    @Test("An unknown name is told with the one that was probably meant, where one is near")
    func unknownNames() {
        let names = ["max_redemptions_total", "per_user_limit", "ends_at", "key"]
        func message(_ name: String) -> String { UnknownName.message(for: name, among: names) }
        #expect(message("max_redemption_total") == "Unknown. Did you mean max_redemptions_total?")
        #expect(message("maxRedemptionsTotal") == "Unknown.")
        #expect(message("end_at") == "Unknown. Did you mean ends_at?")
        #expect(message("kye") == "Unknown. Did you mean key?" && message("kxe") == "Unknown.")
        #expect(message("max_redemptions_toatl") == "Unknown. Did you mean max_redemptions_total?")
        #expect(UnknownName.message(for: "pasue", among: ["resume", "pause"]) == "Unknown. Did you mean pause?")
        #expect(message("keyy") == "Unknown. Did you mean key?")
        #expect(message("colour") == "Unknown." && message("") == "Unknown.")
        #expect(message(String(repeating: "k", count: 100_000)) == "Unknown.")
    }
}
