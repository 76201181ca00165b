import Journal
import Store
import Testing

@testable import Domain

/// A state with records of every table, in which one person has left everything that a person can leave.
struct RecordWorld {
    /// The person's id; it occurs nowhere else.
    static let person = "person-of-interest"
    let world: World

    init() throws {
        world = try World()
        let account = try #require(AccountID(Self.person))
        let metadata = Array("{\"who\":\"\(Self.person)\"}".utf8)
        try makeThings(issuer: account)
        let campaign = try #require(Campaigns.number(key: "launch", tenant: world.tenant, state: world.state))
        let code = try world.code(maxUses: 9, campaign: campaign)
        _ = try world.claim(code, by: Self.person, metadata: metadata)
        let alone = try world.code(maxUses: 9)
        let released = try #require(try world.claim(alone, by: Self.person).redemption)
        _ = try world.releaseRedemption(released.number)
        _ = try world.claim(alone, by: Self.person, kind: .hold(ttlSeconds: 60), metadata: metadata)
        _ = try world.claim(code, by: "17", kind: .hold(ttlSeconds: 60))
        storeAnswer(metadata)
        try refer()
    }

    /// The person brings somebody, is brought by somebody, and has rewards of every state.
    private func refer() throws {
        let campaign = try world.programme(
            """
            {"referrer":[{"trigger":"on_redemption","amount":5,"currency":"EUR","hold_seconds":90},
               {"unit":"shirts","expire_seconds":50,"tiers":[{"from":2,"amount":3}]},
               {"trigger":"on_milestone","milestone":1}],
             "referee":{"trigger":"on_redemption","type":"perk"},"per_referrer_total":9,"family":"friends",
             "budget":{"amount":100,"currency":"EUR"}}
            """)
        _ = try world.refer(try world.code(of: "somebody", in: campaign), Self.person, email: "person@example.com")
        let own = try world.code(of: Self.person, in: campaign)
        let referrals = try (0..<4).map { try world.refer(own, "friend-\($0)") }
        try world.qualify(referrals[0])
        let rewards = try world.rewards(of: referrals[0])
        try world.confirmReward(rewards[0].number)
        try world.reverseReward(rewards[1].number, because: "not as agreed with \(Self.person)")
        _ = try world.releaseRedemption(referrals[1].redemption)
        // The life of another one's promise is over.
        world.now = world.now.adding(seconds: 51)
        try world.qualify(referrals[3])
    }

    private func makeThings(issuer: AccountID) throws {
        let tenant = world.tenant
        try world.attempt { (context) throws(Rejection) in
            _ = try Campaigns.create(
                CreateCampaign(
                    tenant: tenant, key: "launch", name: "Launch", type: "multi_use", description: "First",
                    status: "active", maxRedemptionsTotal: 50, perUserLimit: 5), in: &context)
            _ = try Codes.createVanity(
                CreateVanityCode(
                    tenant: tenant, text: "REFERRAL1", terms: CodeTerms(maxUses: 3, issuer: issuer)), in: &context)
            let key = try APIKeys.create(CreateKey(tenant: tenant, name: "k", scopes: ["read"]), in: &context)
            _ = try APIKeys.revoke(key.view.number, tenant: tenant, in: &context)
            try APIKeys.keepGivenRoot(hash: APIKeys.hash(of: "usher_given"), in: &context)
            _ = try BigGeneration.begin(GenerateCodes(tenant: tenant, count: 2000), in: &context)
        }
        world.run { Epochs.begin(5, after: 3, numbersFrom: nil, in: &$0) }
    }

    private func storeAnswer(_ body: [UInt8]) {
        let record = IdempotencyRecord(
            fingerprint: [UInt8](repeating: 1, count: 32), createdAt: world.now, status: 200, kind: 1,
            body: body + [UInt8](repeating: 32, count: 5000))
        let tenant = world.tenant
        let key = IdempotencyKey(tenant: tenant, credential: EntityNumber(rawValue: 0), key: "x")
        world.run { context in
            Idempotency.store(record, for: key, in: &context)
            let email = PendingInvitations.key(email: "person@example.com", tenant: tenant)
            context.state.put(PendingInvitationRecord.self, email, 3)
        }
    }

    /// The keys and values of a table.
    func records(of table: TableID) throws -> [(key: [UInt8], value: [UInt8])] {
        var records: [(key: [UInt8], value: [UInt8])] = []
        try world.snapshot().scan(table, prefix: Key(), from: nil, descending: false) { key, value in
            records.append((key.withUnsafeBytes { Array($0) }, value.withUnsafeBytes { Array($0) }))
            return true
        }
        return records
    }
}

extension Record {
    /// The parts of a key.
    static func id(_ key: [UInt8]) -> ID? { ID(decoding: key.span.bytes) }

    /// The value under a key.
    static func value(_ id: ID, _ bytes: [UInt8]) throws(RecordDamage) -> Value { try decode(id, bytes.span.bytes) }

    /// The bytes of a value.
    static func bytes(_ value: Value) -> [UInt8] { ValueWriter.bytes { encode(value, to: &$0) } }
}
