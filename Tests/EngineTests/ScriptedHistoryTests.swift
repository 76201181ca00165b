import Domain
import Journal
import Store
import TestSupport
import Testing

@testable import Engine

/// Nothing that only moves code may move a byte of a frame or a record.
@Suite struct `A scripted history` {
    /// Headers and bodies of all frames, before records were described once.
    ///
    /// Since decision 0038 some of its random codes are drawn again, and a code that somebody chooses keeps its spelling in
    /// its row since there are labels: both changed this and the hash of `codes`, the first also that of `code_texts`.
    /// Since decision 0047 its one big command draws its texts from shares, which changed the same three once more.
    /// Since decision 0050 a code with an issuer refers whoever redeems it, and a referral takes the number behind its
    /// redemption's: all numbers behind the first such claim are others, and the script ends with a programme of its own.
    private static let frames = "7a78632078ceada8"

    /// The number of records of each table, and their hash.
    private static let tables = [
        "1 settings": "8 1b900cf55409818c",
        "2 tenants": "2 b69bc40bd05aeca2",
        "3 tenant_names": "2 2dcfd6f23bd2b588",
        "4 api_keys": "2 81f29630fdcec66c",
        "5 api_key_hashes": "2 25bddf0a67ec6296",
        "6 campaigns": "3 bc74d3fc011d458c",
        "7 campaign_keys": "3 c4c6505b49d7fabb",
        "8 documents": "4 161f02fa761d87ce",
        "9 codes": "1075 2d500a102cb53b70",
        "10 code_texts": "1075 ddb5591d7406a07e",
        "11 codes_by_campaign": "4 ef652e52cfef1102",
        "12 counters": "1078 d185c85cc72ec7ba",
        "13 tallies": "3 9910a190767f102e",
        "14 redemptions": "22 825354f83ab1fb84",
        "15 claims": "25 0a5480be46028929",
        "17 redemptions_by_code": "8 e8f9b528646fc8e2",
        "18 redemptions_by_campaign": "5 70a0b69bcc92f55f",
        "19 redemptions_released": "4 54e95f04cc1e46b2",
        "20 holds": "17 6361cb160d199953",
        "21 holds_live": "7 267e0c2e1e724cc8",
        "22 holds_by_code": "6 275e169b9aa9be2f",
        "23 holds_by_campaign": "3 3e2f9625f2414640",
        "24 metadata": "10 1b2336f0be8a3f7d",
        "25 idempotency": "10 2dbade8373327c38",
        "26 idempotency_by_time": "5 2d57fb9cffaebe03",
        "27 pending_invitations": "1 5ac383ff3d390947",
        "28 referrals": "9 311bbdbce657d085",
        "29 rewards": "5 cddcafc8e842c59f",
        "30 referral_accounts": "21 b4c16414f025aee3",
        "31 ledger_by_campaign": "2 72373c52e291f1b0",
        "32 reward_totals": "4 3ad37242335cc6ff",
        "33 reward_deadlines": "2 878479bc100ac999",
        "34 reward_policies": "1 18e7be59518a875d",
        "35 reward_words": "3 1b8eacf0dd697d3e",
        "251 store_sequence": "1 f7376ae276db5c9f",
    ]

    /// Every event of all frames: id, kind, tenant, number, who acted.
    private static let events = "4601e566869dcd68"

    /// The number of events of each kind.
    private static let eventCounts = [
        "campaign.changed": 1, "campaign.created": 3, "code.changed": 1, "code.created": 5, "code.redeemed": 22,
        "code.revoked": 1, "hold.confirmed": 3, "hold.expired": 2, "hold.released": 5, "hold.taken": 17,
        "key.created": 2, "key.revoked": 1, "redemption.released": 4, "referral.attributed": 9,
        "referral.qualified": 1, "referral.reversed": 2, "reward.granted": 3, "reward.held": 2,
        "signing_key.created": 2, "tenant.created": 2,
    ]

    @Test func `leaves the frames, tables and digest that it left before its events were written down`() throws {
        let history = try ScriptedHistory()
        try history.run()
        let (frames, tables) = (try history.framesHash(), try history.tableHashes())
        #expect(frames == Self.frames)
        for (table, hash) in Self.tables { #expect(tables[table] == hash, "\(table)") }
        for (table, hash) in tables where Self.tables[table] == nil { Issue.record("\(table): \(hash)") }
        #expect(tables.filter { $0.value.hasPrefix("0 ") }.keys.sorted() == [], "a table without a record")
        #expect(Invariants.check(try history.node.settledSnapshot()) == [])
    }

    @Test func `leaves its events beside them`() throws {
        let history = try ScriptedHistory()
        try history.run()
        let (hash, counts) = try history.events()
        #expect(hash == Self.events)
        #expect(counts == Self.eventCounts)
        #expect(try history.node.eventViolations() == [])
    }
}
