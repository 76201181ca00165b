import Domain
import Journal
import Testing

@Suite("A person's standing in a campaign")
struct StandingTests {
    @Test("Claims on several codes of a campaign end in any order, and every one of them can be made again")
    func anyOrder() throws {
        for order in [[0, 1, 2], [1, 0, 2], [2, 1, 0], [1, 2, 0]] {
            let world = try World()
            let campaign = try world.campaign(perUser: 6)
            let codes = try (0..<3).map { _ in try world.code(maxUses: 10, campaign: campaign) }
            var redemptions = try codes.map { try #require(try world.claim($0, quantity: 2).redemption) }
            #expect(try world.claim(codes[0], by: "ada").redemption == redemptions[0])
            for index in order {
                let another = try world.code(maxUses: 10, campaign: campaign)
                #expect(try world.claim(another, quantity: 1).reason == .limitReached)
                _ = try world.releaseRedemption(redemptions[index].number)
                #expect(try world.violations() == [])
                redemptions[index] = try #require(try world.claim(codes[index], quantity: 2).redemption)
                for (code, redemption) in zip(codes, redemptions) {
                    #expect(try world.claim(code) == .redeemed(redemption, already: true))
                }
                #expect(try world.violations() == [])
            }
            for redemption in redemptions { _ = try world.releaseRedemption(redemption.number) }
            #expect(try world.violations() == [])
            #expect(try world.campaignView(campaign).capacity.used == 0)
        }
    }

    @Test("A claim on the campaign itself stands beside claims on its codes", arguments: [false, true])
    func withoutCode(codeFirst: Bool) throws {
        let world = try World()
        let campaign = try world.campaign("seats", type: .capacity, total: 10, perUser: 4)
        let code = try world.code(maxUses: 5, campaign: campaign)
        var answers: [Answer] = []
        for onCode in [codeFirst, !codeFirst] {
            answers.append(try onCode ? world.claim(code) : world.claim(.campaign("seats")))
        }
        let numbers = answers.compactMap { $0.redemption?.number }
        #expect(Set(numbers).count == 2)
        #expect(try world.claim(code).redemption?.number == numbers[codeFirst ? 0 : 1])
        #expect(try world.claim(.campaign("seats")).redemption?.number == numbers[codeFirst ? 1 : 0])
        #expect(try world.violations() == [])
        for number in numbers {
            _ = try world.releaseRedemption(number)
            #expect(try world.violations() == [])
        }
        #expect(try world.claim(.campaign("seats"), quantity: 4).redemption != nil)
    }

    @Test("Holds beside other claims are confirmed, released and expire where they stand")
    func holds() throws {
        let world = try World()
        let campaign = try world.campaign(perUser: 10)
        let codes = try (0..<4).map { _ in try world.code(maxUses: 10, campaign: campaign) }
        let holds = try codes.map { try #require(try world.claim($0, kind: .hold(ttlSeconds: 60)).hold) }
        #expect(try world.confirm(holds[0].number).redemption != nil)
        #expect(try world.confirm(holds[1].number).redemption != nil)
        _ = try world.releaseHold(holds[2].number)
        #expect(try world.violations() == [])
        try world.advance(seconds: 61)
        #expect(try world.violations() == [])
        #expect(try world.confirm(holds[3].number).redemption != nil)
        #expect(try world.campaignView(campaign).capacity == Capacity(limit: nil, used: 3, held: 0))
        #expect(try world.claim(codes[2]).redemption != nil)
        #expect(try world.violations() == [])
    }

    @Test("A person's redemptions are all listed, the first of a campaign and the others")
    func listed() throws {
        let world = try World()
        let campaign = try world.campaign(perUser: 10)
        let codes = try (0..<3).map { _ in try world.code(maxUses: 10, campaign: campaign) } + [try world.code()]
        let numbers = try codes.map { try #require(try world.claim($0).redemption).number }
        let query = RedemptionQuery(tenant: world.tenant, redeemer: AccountID("ada"))
        #expect(Redemptions.list(query, in: try world.snapshot()).items.map(\.number) == numbers.reversed())
    }
}
