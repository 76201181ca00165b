import Domain
import Foundation
import Journal
import Store
import Testing

@Suite("The order of decisions")
struct ClaimDecisionTests {
    @Test("A claim takes one place and makes a redemption")
    func plainClaim() throws {
        let world = try World()
        let code = try world.code(maxUses: 2)
        let redemption = try #require(try world.claim(code).redemption)
        #expect(redemption.code == code.number)
        #expect(redemption.campaign == nil)
        #expect(redemption.redeemedAt == world.now)
        #expect(try world.codeView(code.number).capacity == Capacity(limit: 2, used: 1, held: 0))
        #expect(Redemptions.find(redemption.number, tenant: world.tenant, state: world.state) == redemption)
        #expect(try world.violations().isEmpty)
    }

    @Test("Unknown codes and campaigns are invalid, also an overlong text, and the refusal says which of them it is")
    func unknown() throws {
        let world = try World()
        for raw in ["NOSUCH", "\u{FC}", String(repeating: "A", count: 128)] {
            #expect(try world.claim(.code(try #require(CodeText(raw: raw)))) == .refused(Refusal(.invalid)))
        }
        for key in ["nosuch", ""] {
            let target = ClaimTarget.campaign(key)
            #expect(Refusal.unknown(target) != Refusal(.invalid))
            for kind in [ClaimKind.redeem, .hold(ttlSeconds: 60)] {
                #expect(try world.claim(target, kind: kind) == .refused(.unknown(target)))
            }
        }
    }

    @Test("A text that only looks like a code is unknown, also right after a claim of that code")
    func lookalike() throws {
        let world = try World()
        var code = try world.code(maxUses: 9)
        while !code.text.text.contains("K") { code = try world.code(maxUses: 9) }
        #expect(try world.claim(code, by: "ada").redemption != nil)
        // The Kelvin sign, which `String` holds to be a K.
        let text = try #require(CodeText(raw: code.text.text.replacingOccurrences(of: "K", with: "\u{212A}")))
        #expect(text != code.text)
        #expect(try world.claim(.code(text), by: "ben").reason == .invalid)
        #expect(try world.claim(code, by: "ben").redemption != nil)
    }

    @Test("A replay answers with the first outcome, whatever has happened since")
    func replay() throws {
        let world = try World()
        let campaign = try world.campaign(perUser: 1)
        let code = try world.code(campaign: campaign, expiresAt: world.now.adding(seconds: 60))
        let first = try #require(try world.claim(code).redemption)
        #expect(try world.claim(code) == .redeemed(first, already: true), "full")
        #expect(try world.claim(code, quantity: 7) == .redeemed(first, already: true), "another quantity")
        #expect(try world.claim(code, honeypot: true) == .redeemed(first, already: true), "robot")
        #expect(try world.claim(code, kind: .hold(ttlSeconds: 5)) == .redeemed(first, already: true), "hold")
        try world.revoke(code.number)
        #expect(try world.claim(code) == .redeemed(first, already: true), "revoked")
        try world.advance(seconds: 3600)
        try world.patch(PatchCampaign(tenant: world.tenant, number: campaign, status: .set("ended")))
        #expect(try world.claim(code) == .redeemed(first, already: true), "expired and ended")
        #expect(try world.codeView(code.number).capacity.used == 1)
        #expect(try world.violations().isEmpty)
    }

    /// One way of being refused: what to do to a fresh claim so that this reason applies, in order of precedence.
    enum Obstacle: Int, CaseIterable {
        case revoked, expired, codeFull, campaignClosed, robot, personFull, campaignFull

        var refusal: Refusal {
            switch self {
            case .revoked: Refusal(.revoked)
            case .expired: Refusal(.expired)
            case .codeFull: Refusal(.exhausted, limit: .code, remaining: 1)
            case .campaignClosed: Refusal(Ineligibility(.paused))
            case .robot: Refusal(.rateLimited)
            case .personFull: Refusal(.limitReached, limit: .user, remaining: 1)
            case .campaignFull: Refusal(.exhausted, limit: .campaign, remaining: 1)
            }
        }
    }

    @Test("Of all obstacles in a claim's way the first of the order answers", arguments: 0..<128)
    func everyCombination(mask: Int) throws {
        let obstacles = Obstacle.allCases.filter { mask & (1 << $0.rawValue) != 0 }
        let world = try World()
        let campaign = try world.campaign(
            total: obstacles.contains(.campaignFull) ? 2 : 1000, perUser: obstacles.contains(.personFull) ? 2 : 1000)
        let end = world.now.adding(seconds: 60)
        // One place of the person and of the campaign is taken before, on another code.
        let other = try world.code(maxUses: 9, campaign: campaign)
        let code = try world.code(
            maxUses: obstacles.contains(.codeFull) ? 1 : 9, campaign: campaign, expiresAt: end)
        #expect(try world.claim(other).isFresh)
        if obstacles.contains(.revoked) { try world.revoke(code.number) }
        if obstacles.contains(.expired) { world.now = end }
        if obstacles.contains(.campaignClosed) {
            try world.patch(PatchCampaign(tenant: world.tenant, number: campaign, status: .set("paused")))
        }
        let digest = world.state.digest
        let answer = try world.claim(code, quantity: 2, honeypot: obstacles.contains(.robot))
        if let first = obstacles.first {
            #expect(answer == .refused(first.refusal))
            #expect(world.state.digest == digest, "a refusal writes nothing")
        } else {
            #expect(answer.isFresh)
        }
        #expect(try world.violations().isEmpty)
    }

    @Test("A campaign of type capacity is claimed without a code, any other is not")
    func campaignWithoutCode() throws {
        let world = try World()
        let seats = try world.campaign("seats", type: .capacity, total: 3, perUser: 2)
        _ = try world.campaign("codes", type: .multiUse)
        #expect(try world.claim(.campaign("codes")) == .refused(Refusal(Ineligibility(.wrongType))))
        let first = try #require(try world.claim(.campaign("seats"), quantity: 2).redemption)
        #expect(first.code == nil && first.campaign == seats)
        #expect(try world.claim(.campaign("seats")) == .redeemed(first, already: true))
        #expect(
            try world.claim(.campaign("seats"), by: "bob", quantity: 3)
                == .refused(Refusal(.limitReached, limit: .user, remaining: 2)))
        #expect(
            try world.claim(.campaign("seats"), by: "bob", quantity: 2)
                == .refused(Refusal(.exhausted, limit: .campaign, remaining: 1)))
        #expect(try world.claim(.campaign("seats"), by: "bob").isFresh)
        let view = try world.campaignView(seats)
        #expect(view.capacity == Capacity(limit: 3, used: 3, held: 0))
        #expect(view.redemptionsCount == 2)
        #expect(try world.violations().isEmpty)
    }

    @Test("A person's limit counts places over all codes of the campaign, holds included")
    func personLimit() throws {
        let world = try World()
        let campaign = try world.campaign(perUser: 3)
        let codes = try (0..<3).map { _ in try world.code(maxUses: 10, campaign: campaign) }
        #expect(try world.claim(codes[0], quantity: 2).isFresh)
        #expect(try world.claim(codes[1], kind: .hold(ttlSeconds: 60)).isFresh)
        #expect(try world.claim(codes[2]) == .refused(Refusal(.limitReached, limit: .user, remaining: 0)))
        #expect(try world.claim(codes[2], by: "bob").isFresh)
        try world.advance(seconds: 60)
        #expect(try world.claim(codes[2]).isFresh)
        #expect(try world.violations().isEmpty)
    }

    @Test("The window of a campaign contains both its bounds, a code's end is behind it")
    func bounds() throws {
        let world = try World()
        let start = world.now.adding(seconds: 10)
        let end = world.now.adding(seconds: 20)
        let command = CreateCampaign(
            tenant: world.tenant, key: "w", name: "w", type: "multi_use", status: "active", perUserLimit: 99,
            startsAt: start, endsAt: end)
        let campaign = try world.attempt { (context) throws(Rejection) in
            try Campaigns.create(command, in: &context)
        }.number
        let code = try world.code(maxUses: 10, campaign: campaign)
        func refusal(_ now: Timestamp, _ redeemer: String) throws -> Refusal? {
            world.now = now
            guard case .refused(let refusal) = try world.claim(code, by: redeemer) else { return nil }
            return refusal
        }
        let early = Refusal(Ineligibility(.notStarted, startsAt: start))
        #expect(try refusal(Timestamp(milliseconds: start.milliseconds - 1), "a") == early)
        #expect(try refusal(start, "b") == nil)
        #expect(try refusal(end, "c") == nil)
        let late = Refusal(Ineligibility(.ended, endsAt: end))
        #expect(try refusal(Timestamp(milliseconds: end.milliseconds + 1), "d") == late)
        let alone = try world.code(maxUses: 10, expiresAt: world.now.adding(seconds: 5))
        world.now = Timestamp(milliseconds: world.now.milliseconds + 4999)
        #expect(try world.claim(alone, by: "e").isFresh)
        world.now = Timestamp(milliseconds: world.now.milliseconds + 1)
        #expect(try world.claim(alone, by: "f").reason == .expired)
    }

    @Test(
        "Draft, paused and ended campaigns give out nothing and say why",
        arguments: [(CampaignStatus.draft, IneligibleReason.draft), (.paused, .paused), (.ended, .ended)])
    func closed(status: CampaignStatus, reason: IneligibleReason) throws {
        let world = try World()
        let campaign = try world.campaign(status: status)
        let refusal = Refusal(Ineligibility(reason))
        #expect(try world.claim(try world.code(campaign: campaign)) == .refused(refusal))
    }

    @Test("The places that are left of a code or a campaign are as a claim would find them, and looking writes nothing")
    func availability() throws {
        let world = try World()
        let campaign = try world.campaign(type: .capacity, total: 3, perUser: 9)
        let end = world.now.adding(seconds: 60)
        let code = try world.code(maxUses: 5, campaign: campaign, expiresAt: end)
        func left(_ target: ClaimTarget) -> Availability? {
            Claims.availability(of: target, tenant: world.tenant, state: world.state, now: world.now)
        }
        func status(_ status: CampaignStatus) throws {
            try world.patch(PatchCampaign(tenant: world.tenant, number: campaign, status: .set(status.word)))
        }
        #expect(left(.code(code.text)) == Availability(remaining: 3, held: 0, endsAt: end))
        #expect(left(.campaign("launch")) == Availability(remaining: 3, held: 0))
        _ = try world.claim(.campaign("launch"), by: "bob", quantity: 2, kind: .hold(ttlSeconds: 50))
        let writes = world.state.writeCount
        #expect(left(.code(code.text)) == Availability(remaining: 1, held: 2, endsAt: end), "the campaign's places")
        _ = try world.claim(code)
        #expect(left(.campaign("launch")) == Availability(remaining: 0, held: 2), "full is not closed")
        try status(.paused)
        let paused = Refusal(Ineligibility(.paused))
        #expect(left(.campaign("launch")) == Availability(remaining: 0, held: 2, refusal: paused))
        try world.advance(seconds: 50)
        #expect(left(.code(code.text)) == Availability(remaining: 2, held: 0, refusal: paused, endsAt: end))
        world.now = end
        #expect(left(.code(code.text)) == Availability(remaining: 0, held: 0, refusal: Refusal(.expired), endsAt: end))
        try world.revoke(code.number)
        #expect(left(.code(code.text)) == Availability(remaining: 0, held: 0, refusal: Refusal(.revoked), endsAt: end))
        try status(.ended)
        #expect(left(.campaign("launch"))?.remaining == 0, "nothing of it is given out any more")
        #expect(writes < world.state.writeCount)

        _ = try world.campaign("open", type: .capacity)
        #expect(left(.campaign("open")) == Availability(remaining: nil, held: 0))
        _ = try world.campaign("codes", total: 7)
        let wrong = Refusal(Ineligibility(.wrongType))
        #expect(left(.campaign("codes")) == Availability(remaining: 7, held: 0, refusal: wrong))
        let nobodys = try #require(CodeText(raw: "NOPE"))
        #expect(left(.campaign("nope")) == nil && left(.code(nobodys)) == nil)
        let order = SignCode(tenant: world.tenant, maxUses: 4)
        let signed = try world.attempt { (context) throws(Rejection) in
            try Codes.sign(order, in: &context).codes(0..<1, in: context.state)[0]
        }
        let (text, before) = (try #require(CodeText(raw: signed.text)), world.state.writeCount)
        #expect(left(.code(text)) == Availability(remaining: 4, held: 0))
        #expect(world.state.writeCount == before)
    }

    @Test("Checking a code says what a claim would be told, and writes nothing")
    func validate() throws {
        let world = try World()
        let campaign = try world.campaign(total: 3)
        let code = try world.code(maxUses: 5, campaign: campaign)
        func check() -> CodeValidation {
            Claims.validate(code.text, tenant: world.tenant, state: world.state, now: world.now)
        }
        #expect(check() == .valid(kind: .random, remaining: 3))
        _ = try world.claim(code, quantity: 2)
        #expect(check() == .valid(kind: .random, remaining: 1))
        _ = try world.claim(code, by: "bob", kind: .hold(ttlSeconds: 60))
        #expect(check() == .refused(Refusal(.exhausted, limit: .campaign, remaining: 0)))
        try world.revoke(code.number)
        #expect(check() == .refused(Refusal(.revoked)))
        let unknown = try #require(CodeText(raw: "NOPE"))
        #expect(
            Claims.validate(unknown, tenant: world.tenant, state: world.state, now: world.now)
                == .refused(Refusal(.invalid)))
    }

    @Test("Tenants do not see each other's codes, campaigns, holds and redemptions")
    func tenants() throws {
        let world = try World()
        let campaign = try world.campaign()
        let code = try world.code(maxUses: 2, campaign: campaign)
        let redemption = try #require(try world.claim(code).redemption)
        let hold = try #require(try world.claim(code, by: "bob", kind: .hold(ttlSeconds: 60)).hold)
        let other = try world.attempt { (context) throws(Rejection) in
            try Tenants.create(id: "other", name: nil, in: &context)
        }
        #expect(Redemptions.find(redemption.number, tenant: other.number, state: world.state) == nil)
        #expect(Holds.find(hold.number, tenant: other.number, state: world.state) == nil)
        #expect(Codes.find(code.number, tenant: other.number, state: world.state, now: world.now) == nil)
        #expect(Campaigns.find(campaign, tenant: other.number, state: world.state) == nil)
        let command = ClaimCommand(
            tenant: other.number, target: .code(code.text), redeemer: try #require(AccountID("ada")))
        #expect(Answer(world.run { Claims.decide(command, in: &$0) }).reason == .invalid)
    }

    @Test("Metadata and invitation stay with the claim")
    func metadata() throws {
        let world = try World()
        let code = try world.code(maxUses: 2)
        let redemption = try #require(try world.claim(code, metadata: json(#"{"a":1}"#)).redemption)
        #expect(redemption.hasMetadata)
        #expect(
            Redemptions.metadata(redemption.number, tenant: world.tenant, state: world.state) == json(#"{"a":1}"#))
        let hold = try #require(
            try world.claim(code, by: "bob", kind: .hold(ttlSeconds: 9), metadata: json(#"{"b":2}"#)).hold)
        let confirmed = try #require(try world.confirm(hold.number).redemption)
        #expect(Redemptions.metadata(confirmed.number, tenant: world.tenant, state: world.state) == json(#"{"b":2}"#))
        #expect(try world.violations().isEmpty)
    }
}
