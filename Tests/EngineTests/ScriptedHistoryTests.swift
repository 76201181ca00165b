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
    private static let frames = "198d88dce672c4f3"

    /// The number of records of each table, and their hash.
    private static let tables = [
        "1 settings": "8 48727f3a8cbe4050",
        "2 tenants": "2 b69bc40bd05aeca2",
        "3 tenant_names": "2 2dcfd6f23bd2b588",
        "4 api_keys": "2 79aed435458f04d8",
        "5 api_key_hashes": "2 3e76782b902cfe04",
        "6 campaigns": "2 03f9895e7f7a9a8e",
        "7 campaign_keys": "2 ee1ac8b8470c9acb",
        "8 documents": "3 41278e031b336eeb",
        "9 codes": "1074 911625917f7a346f",
        "10 code_texts": "1074 4cfb6565a1083770",
        "11 codes_by_campaign": "3 e2df4acd3ac4b7e7",
        "12 counters": "1076 f457e9957d700dd4",
        "13 tallies": "2 fe49432ce72cdcac",
        "14 redemptions": "19 55d380e92975956c",
        "15 claims": "22 8a80ea9239dc6cf7",
        "17 redemptions_by_code": "7 88cef4b2802aa8bf",
        "18 redemptions_by_campaign": "4 94856cfa32c767eb",
        "19 redemptions_released": "4 1be0637621890cdb",
        "20 holds": "17 b6af41411d8e702c",
        "21 holds_live": "7 5a559c5614dcccde",
        "22 holds_by_code": "6 e946d70b3ae312a9",
        "23 holds_by_campaign": "3 2a9a5ae1f10fdfb1",
        "24 metadata": "10 cf03a43fd25e1d6e",
        "25 idempotency": "10 2dbade8373327c38",
        "26 idempotency_by_time": "5 2d57fb9cffaebe03",
        "27 pending_invitations": "1 5ac383ff3d390947",
        "251 store_sequence": "1 acab0e588448c76f",
    ]

    /// Every event of all frames: id, kind, tenant, number, who acted.
    private static let events = "0a4790f073dab567"

    /// The number of events of each kind.
    private static let eventCounts = [
        "campaign.changed": 1, "campaign.created": 2, "code.changed": 1, "code.created": 4, "code.redeemed": 19,
        "code.revoked": 1, "hold.confirmed": 3, "hold.expired": 2, "hold.released": 5, "hold.taken": 17,
        "key.created": 2, "key.revoked": 1, "redemption.released": 4, "signing_key.created": 2, "tenant.created": 2,
    ]

    @Test func `leaves the frames, tables and digest that it left before its events were written down`() throws {
        let history = try ScriptedHistory()
        try history.run()
        let (frames, tables) = (try history.framesHash(), try history.tableHashes())
        #expect(frames == Self.frames)
        for (table, hash) in Self.tables { #expect(tables[table] == hash, "\(table)") }
        #expect(tables.count == Self.tables.count)
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
