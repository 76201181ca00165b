import Domain
import Journal
import Store
import Testing

@Suite("Holds and redemptions")
struct HoldTests {
    @Test("A hold takes its places at once and the same redeemer gets its own hold back")
    func hold() throws {
        let world = try World()
        let code = try world.code(maxUses: 3)
        let hold = try #require(try world.claim(code, quantity: 2, kind: .hold(ttlSeconds: 60)).hold)
        #expect(hold.state == .held)
        #expect(hold.expiresAt == world.now.adding(seconds: 60))
        #expect(try world.codeView(code.number).capacity == Capacity(limit: 3, used: 0, held: 2))
        #expect(try world.claim(code, kind: .hold(ttlSeconds: 5)) == .held(hold, already: true))
        #expect(
            try world.claim(code, by: "bob", quantity: 2) == .refused(Refusal(.exhausted, limit: .code, remaining: 1)))
    }

    @Test("Confirming turns the places into those of a redemption, and again answers the same")
    func confirm() throws {
        let world = try World()
        let campaign = try world.campaign(total: 5, perUser: 2)
        let code = try world.code(maxUses: 3, campaign: campaign)
        let hold = try #require(try world.claim(code, quantity: 2, kind: .hold(ttlSeconds: 60)).hold)
        let redemption = try #require(try world.confirm(hold.number).redemption)
        #expect(redemption.quantity == 2)
        #expect(try world.confirm(hold.number) == .redeemed(redemption, already: true))
        #expect(try world.codeView(code.number).capacity == Capacity(limit: 3, used: 2, held: 0))
        #expect(try world.campaignView(campaign).capacity == Capacity(limit: 5, used: 2, held: 0))
        let stored = try #require(Holds.find(hold.number, tenant: world.tenant, state: world.state))
        #expect(stored.state == .confirmed && stored.redemption == redemption.number)
        try world.revoke(code.number)
        #expect(try world.confirm(hold.number) == .redeemed(redemption, already: true))
        #expect(try world.claim(code) == .redeemed(redemption, already: true))
        #expect(try world.violations().isEmpty)
    }

    @Test("An end can be moved to later, counted from now, to seven days after the hold was made and never to earlier")
    func extend() throws {
        let world = try World()
        let code = try world.code(maxUses: 9, campaign: try world.campaign(total: 9))
        let hold = try #require(try world.claim(code, kind: .hold(ttlSeconds: 60)).hold)
        try world.advance(seconds: 30)
        let extended = try world.extend(hold.number, 50)
        #expect(extended?.expiresAt == hold.createdAt.adding(seconds: 80) && extended?.state == .held)
        let writes = world.state.writeCount
        #expect(try world.extend(hold.number, 5) == extended, "a promise is not taken back")
        #expect(world.state.writeCount == writes)
        try world.advance(seconds: 40)
        #expect(Holds.find(hold.number, tenant: world.tenant, state: world.state)?.state == .held)
        #expect(try world.claim(code, kind: .hold(ttlSeconds: 5)).hold == extended)
        let longest = Holds.ttlSecondsRange.upperBound
        let most = try world.extend(hold.number, longest - 70)
        #expect(most?.expiresAt == hold.createdAt.adding(seconds: Int64(longest)))
        #expect(throws: Rejection.self) { _ = try world.extend(hold.number, longest - 69) }
        #expect(try world.violations().isEmpty)
        try world.advance(seconds: Int64(longest) - 70)
        #expect(Holds.find(hold.number, tenant: world.tenant, state: world.state)?.state == .expired)
        #expect(try world.codeView(code.number).capacity.held == 0)
        #expect(throws: Rejection.refused(Refusal(.holdConflict))) { _ = try world.extend(hold.number, 5) }
        #expect(throws: Rejection.notFound(entity: "Hold")) { _ = try world.extend(EntityNumber(rawValue: 99_999), 5) }
        #expect(try world.violations().isEmpty)
    }

    /// The ways to come back to a hold of one's own.
    enum Door: CaseIterable {
        case redeem, hold, confirm, extend
    }

    @Test(
        "A revoked code ends a live hold, by whichever door its owner comes, and its places are free",
        arguments: Door.allCases)
    func revoked(door: Door) throws {
        let world = try World()
        let campaign = try world.campaign(total: 2)
        let code = try world.code(maxUses: 2, campaign: campaign)
        let other = try world.code(campaign: campaign)
        let hold = try #require(try world.claim(code, quantity: 2, kind: .hold(ttlSeconds: 60)).hold)
        try world.revoke(code.number)
        #expect(try world.claim(other, by: "bob").reason == .exhausted)
        switch door {
        case .redeem: #expect(try world.claim(code) == .refused(Refusal(.revoked)))
        case .hold: #expect(try world.claim(code, kind: .hold(ttlSeconds: 9)) == .refused(Refusal(.revoked)))
        case .confirm: #expect(try world.confirm(hold.number) == .refused(Refusal(.revoked)))
        case .extend: #expect(try world.extend(hold.number, 600) == nil)
        }
        #expect(Holds.find(hold.number, tenant: world.tenant, state: world.state)?.state == .released)
        #expect(try world.campaignView(campaign).capacity == Capacity(limit: 2, used: 0, held: 0))
        #expect(try world.claim(code) == .refused(Refusal(.revoked)), "a claim like any other now")
        #expect(throws: Rejection.refused(Refusal(.holdConflict))) { _ = try world.confirm(hold.number) }
        #expect(try world.releaseHold(hold.number).state == .released)
        #expect(try world.claim(other, by: "bob").isFresh)
        #expect(try world.violations().isEmpty)
    }

    @Test("An expired hold is confirmed for a day, not a millisecond longer", arguments: [true, false])
    func revival(inTime: Bool) throws {
        let world = try World()
        let code = try world.code()
        let hold = try #require(try world.claim(code, kind: .hold(ttlSeconds: 10)).hold)
        try world.advance(seconds: 10)
        let end = hold.expiresAt.adding(seconds: 86_400)
        world.now = inTime ? Timestamp(milliseconds: end.milliseconds - 1) : end
        if inTime {
            #expect(try world.confirm(hold.number).isFresh)
        } else {
            #expect(throws: Rejection.refused(Refusal(.holdConflict))) { _ = try world.confirm(hold.number) }
        }
        #expect(try world.codeView(code.number).capacity.used == (inTime ? 1 : 0))
    }

    @Test("A redeem by somebody who has a live hold confirms it")
    func redeemConfirms() throws {
        let world = try World()
        let code = try world.code(maxUses: 1)
        let hold = try #require(try world.claim(code, kind: .hold(ttlSeconds: 60)).hold)
        let answer = try world.claim(code)
        #expect(answer.isFresh)
        #expect(
            Holds.find(hold.number, tenant: world.tenant, state: world.state)?.redemption == answer.redemption?.number)
        #expect(try world.codeView(code.number).state == .redeemed)
        #expect(try world.violations().isEmpty)
    }

    @Test("At its expiry a hold's places are free, not a millisecond before")
    func exactExpiry() throws {
        let world = try World()
        let code = try world.code()
        let hold = try #require(try world.claim(code, kind: .hold(ttlSeconds: 10)).hold)
        world.now = Timestamp(milliseconds: hold.expiresAt.milliseconds - 1)
        #expect(!world.run { Holds.expire(hold.number, tenant: world.tenant, in: &$0) })
        #expect(try world.claim(code, by: "bob").reason == .exhausted)
        world.now = hold.expiresAt
        #expect(world.run { Holds.expire(hold.number, tenant: world.tenant, in: &$0) })
        #expect(!world.run { Holds.expire(hold.number, tenant: world.tenant, in: &$0) })
        #expect(try world.claim(code, by: "bob").isFresh)
        #expect(try world.violations().isEmpty)
    }

    @Test("The redeemer's own hold counts no longer at its expiry, even before anybody swept it")
    func ownHoldNotSwept() throws {
        let world = try World()
        let code = try world.code()
        let hold = try #require(try world.claim(code, kind: .hold(ttlSeconds: 10)).hold)
        world.now = hold.expiresAt
        let next = try #require(try world.claim(code, kind: .hold(ttlSeconds: 10)).hold)
        #expect(next.number != hold.number)
        #expect(Holds.find(hold.number, tenant: world.tenant, state: world.state)?.state == .expired)
        #expect(try world.violations().isEmpty)
    }

    @Test("A released hold gives its places back, stays released, and cannot be confirmed")
    func release() throws {
        let world = try World()
        let code = try world.code()
        let hold = try #require(try world.claim(code, kind: .hold(ttlSeconds: 10)).hold)
        #expect(try world.releaseHold(hold.number).state == .released)
        #expect(try world.releaseHold(hold.number).state == .released)
        #expect(throws: Rejection.refused(Refusal(.holdConflict))) { _ = try world.confirm(hold.number) }
        #expect(try world.claim(code, by: "bob").isFresh)
        #expect(try world.violations().isEmpty)
    }

    @Test("A confirmed hold cannot be released, an expired one is shown as it is, an unknown one is not found")
    func conflicts() throws {
        let world = try World()
        let code = try world.code(maxUses: 2)
        let confirmed = try #require(try world.claim(code, kind: .hold(ttlSeconds: 10)).hold)
        let expired = try #require(try world.claim(code, by: "bob", kind: .hold(ttlSeconds: 10)).hold)
        _ = try world.confirm(confirmed.number)
        try world.advance(seconds: 10)
        #expect(throws: Rejection.refused(Refusal(.holdConflict))) { _ = try world.releaseHold(confirmed.number) }
        let writes = world.state.writeCount
        for _ in 0..<2 { #expect(try world.releaseHold(expired.number).state == .expired) }
        #expect(world.state.writeCount == writes, "its places went back when it expired")
        let unknown = EntityNumber(rawValue: 999_999)
        #expect(throws: Rejection.notFound(entity: "Hold")) { _ = try world.confirm(unknown) }
        #expect(throws: Rejection.notFound(entity: "Hold")) { _ = try world.releaseHold(unknown) }
        #expect(!world.run { Holds.expire(unknown, tenant: world.tenant, in: &$0) })
    }

    @Test("An expired hold is confirmed while its places are free", arguments: [true, false])
    func confirmExpired(swept: Bool) throws {
        let world = try World()
        let campaign = try world.campaign(total: 1, perUser: 1)
        let code = try world.code(campaign: campaign)
        let hold = try #require(try world.claim(code, kind: .hold(ttlSeconds: 10)).hold)
        if swept { try world.advance(seconds: 10) } else { world.now = hold.expiresAt }
        #expect(try world.confirm(hold.number).isFresh)
        #expect(try world.codeView(code.number).capacity == Capacity(limit: 1, used: 1, held: 0))
        #expect(try world.violations().isEmpty)
    }

    @Test("An expired hold is not confirmed when another has its place, the code is revoked or its owner claimed anew")
    func confirmExpiredTooLate() throws {
        let world = try World()
        func expiredHold() throws -> ((number: EntityNumber, text: CodeText), EntityNumber) {
            let code = try world.code()
            let hold = try #require(try world.claim(code, kind: .hold(ttlSeconds: 10)).hold)
            try world.advance(seconds: 10)
            return (code, hold.number)
        }
        let (taken, first) = try expiredHold()
        _ = try world.claim(taken, by: "bob")
        let (revoked, second) = try expiredHold()
        try world.revoke(revoked.number)
        let (again, third) = try expiredHold()
        _ = try world.claim(again)
        for number in [first, second, third] {
            #expect(throws: Rejection.refused(Refusal(.holdConflict))) { _ = try world.confirm(number) }
        }
        #expect(try world.violations().isEmpty)
    }

    @Test(
        "A released redemption gives its places back under all limits, keeps its row, and its redeemer may claim again")
    func releaseRedemption() throws {
        let world = try World()
        let campaign = try world.campaign(total: 2, perUser: 2)
        let code = try world.code(maxUses: 2, campaign: campaign)
        let first = try #require(try world.claim(code, quantity: 2).redemption)
        let released = try world.releaseRedemption(first.number)
        #expect(released.releasedAt == world.now)
        #expect(try world.releaseRedemption(first.number) == released)
        #expect(try world.codeView(code.number).capacity.used == 0)
        #expect(try world.campaignView(campaign).redemptionsCount == 0)
        let second = try #require(try world.claim(code).redemption)
        #expect(second.number != first.number)
        #expect(Redemptions.find(first.number, tenant: world.tenant, state: world.state) == released)
        #expect(throws: Rejection.notFound(entity: "Redemption")) {
            _ = try world.releaseRedemption(EntityNumber(rawValue: 424_242))
        }
        #expect(try world.violations().isEmpty)
    }

    @Test("The sequencer finds every live hold at its start, in no tenant more than there are")
    func live() throws {
        let world = try World()
        let code = try world.code(maxUses: 9)
        let kept = try #require(try world.claim(code, by: "a", kind: .hold(ttlSeconds: 50)).hold)
        let gone = try #require(try world.claim(code, by: "b", kind: .hold(ttlSeconds: 5)).hold)
        _ = try world.releaseHold(gone.number)
        _ = try world.snapshot()
        var live: [DueEntry] = []
        let end = Timestamp(milliseconds: kept.expiresAt.milliseconds + 1)
        Deadlines.forEach(due: Timestamp(milliseconds: 0)..<end, in: world.state) { live.append($0) }
        #expect(live.map(\.number) == [kept.number] && live.map(\.due) == [kept.expiresAt])
        #expect(live.map(\.tenant) == [world.tenant] && live.map(\.kind) == [.hold])
    }
}
