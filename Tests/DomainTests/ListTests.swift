import Domain
import Journal
import Testing

@Suite("Lists")
struct ListTests {
    /// Walks a list page by page and returns all of it.
    func all<Item>(limit: Int, _ list: (PageRequest) throws -> Page<Item>) throws -> [Item] {
        var items: [Item] = []
        var request = PageRequest(limit: limit)
        while true {
            let page = try list(request)
            #expect(page.items.count <= limit)
            items += page.items
            guard let next = page.next else { return items }
            #expect(page.items.count == limit && page.hasMore)
            request.after = next
        }
    }

    @Test("Codes come newest first, by campaign and by state, at every page size", arguments: [1, 2, 3, 100])
    func codes(limit: Int) throws {
        let world = try World()
        let first = try world.campaign("a")
        let second = try world.campaign("b")
        let made = try (0..<6).map { try world.code(campaign: $0.isMultiple(of: 2) ? first : second).number }
        let alone = try world.code()
        _ = try world.claim(alone)
        try world.revoke(made[3])
        let snapshot = try world.snapshot()
        func list(campaign: EntityNumber? = nil, state: CodeState? = nil) throws -> [EntityNumber] {
            try all(limit: limit) {
                Codes.list(
                    CodeQuery(tenant: world.tenant, campaign: campaign, state: state, page: $0), in: snapshot,
                    now: world.now)
            }.map(\.number)
        }
        #expect(try list() == [alone.number] + made.reversed())
        #expect(try list(campaign: first) == [made[4], made[2], made[0]])
        #expect(try list(campaign: second, state: .active) == [made[5], made[1]])
        #expect(try list(state: .redeemed) == [alone.number])
        #expect(try list(state: .revoked) == [made[3]])
        #expect(try list(campaign: EntityNumber(rawValue: 9_999)) == [])
        var exported: [EntityNumber] = []
        Codes.forEach(CodeQuery(tenant: world.tenant, campaign: first), in: snapshot, now: world.now) {
            exported.append($0.number)
            return exported.count < 2
        }
        #expect(exported == [made[0], made[2]])
        let campaigns = try all(limit: limit) { Campaigns.list(tenant: world.tenant, page: $0, in: snapshot) }
        #expect(campaigns.map(\.number) == [second, first])
    }

    @Test("Redemptions come by code, campaign and redeemer, released ones among them", arguments: [1, 2, 100])
    func redemptions(limit: Int) throws {
        let world = try World()
        let campaign = try world.campaign()
        let code = try world.code(maxUses: 9, campaign: campaign)
        let alone = try world.code(maxUses: 9)
        let first = try #require(try world.claim(code, by: "7").redemption)
        let gone = try world.releaseRedemption(first.number)
        let second = try #require(try world.claim(code, by: "7").redemption)
        let third = try #require(try world.claim(alone, by: "7").redemption)
        let fourth = try #require(try world.claim(code, by: "77").redemption)
        _ = try world.claim(alone, by: "78", kind: .hold(ttlSeconds: 60))
        let snapshot = try world.snapshot()
        func list(code: EntityNumber? = nil, campaign: EntityNumber? = nil, redeemer: String? = nil) throws
            -> [Redemption]
        {
            try all(limit: limit) {
                Redemptions.list(
                    RedemptionQuery(
                        tenant: world.tenant, code: code, campaign: campaign,
                        redeemer: redeemer.flatMap(AccountID.init), page: $0), in: snapshot)
            }
        }
        #expect(try list() == [fourth, third, second, gone])
        #expect(try list(code: code.number) == [fourth, second, gone])
        #expect(try list(campaign: campaign) == [fourth, second, gone])
        #expect(try list(redeemer: "7") == [third, second, gone])
        #expect(try list(code: alone.number, redeemer: "7") == [third])
        #expect(try list(code: code.number, campaign: campaign, redeemer: "77") == [fourth])
        #expect(try list(redeemer: "78") == [])
        var exported: [Redemption] = []
        Redemptions.forEach(tenant: world.tenant, in: snapshot) {
            exported.append($0)
            return true
        }
        #expect(exported == [gone, second, third, fourth])
    }

    @Test("Holds come by state, code and campaign", arguments: [1, 2, 100])
    func holds(limit: Int) throws {
        let world = try World()
        let campaign = try world.campaign()
        let code = try world.code(maxUses: 9, campaign: campaign)
        let alone = try world.code(maxUses: 9)
        func hold(_ code: (number: EntityNumber, text: CodeText), _ redeemer: String, _ ttl: UInt32) throws
            -> EntityNumber
        {
            try #require(try world.claim(code, by: redeemer, kind: .hold(ttlSeconds: ttl)).hold).number
        }
        let long = try hold(code, "a", 90)
        let confirmed = try hold(code, "b", 60)
        let expired = try hold(alone, "c", 5)
        let short = try hold(alone, "d", 30)
        let released = try hold(code, "e", 60)
        _ = try world.confirm(confirmed)
        _ = try world.releaseHold(released)
        try world.advance(seconds: 5)
        let snapshot = try world.snapshot()
        func list(state: HoldState? = nil, code: EntityNumber? = nil, campaign: EntityNumber? = nil) throws
            -> [EntityNumber]
        {
            try all(limit: limit) {
                Holds.list(
                    HoldQuery(tenant: world.tenant, state: state, code: code, campaign: campaign, page: $0),
                    in: snapshot, now: world.now)
            }.map(\.number)
        }
        #expect(try list() == [released, short, expired, confirmed, long])
        #expect(try list(state: .held) == [short, long])
        #expect(try list(state: .expired) == [expired])
        #expect(try list(state: .held, code: code.number) == [long])
        #expect(try list(code: alone.number) == [short, expired])
        #expect(try list(state: .confirmed, campaign: campaign) == [confirmed])
        #expect(try list(code: alone.number, campaign: campaign) == [])
    }

    @Test("A page has between 1 and 5000 items, and behind the oldest there is nothing")
    func limits() throws {
        #expect(PageRequest(limit: 0).limit == 1)
        #expect(PageRequest(limit: 9999).limit == 5000)
        let world = try World()
        _ = try world.code()
        let request = PageRequest(after: EntityNumber(rawValue: 1))
        let page = Codes.list(CodeQuery(tenant: world.tenant, page: request), in: try world.snapshot(), now: world.now)
        #expect(page.items.isEmpty && !page.hasMore)
    }
}
