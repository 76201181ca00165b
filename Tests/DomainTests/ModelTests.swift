import Domain
import Journal
import Store
import TestSupport
import Testing

/// Computes the right outcomes of claims the slow way: every count is a sum over all claims that ever were.
struct Oracle {
    struct Claim {
        var redeemer: String
        var code: Int?
        var campaign: Int?
        var quantity: UInt64
        var hold: (number: EntityNumber, expiresAt: Timestamp)?
        var redemption: EntityNumber?
        /// A hold that is over without a redemption, or a released redemption.
        var ended: HoldState?
        var isLive: Bool { ended == nil }
    }

    struct Code {
        var limit: UInt64
        var campaign: Int?
        var expiresAt: Timestamp?
        var revoked = false
    }

    struct Campaign {
        var limit: UInt64?
        var perUser: UInt64
        var open = true
    }

    var codes: [Code] = []
    var campaigns: [Campaign] = []
    var claims: [Claim] = []

    func taken(_ matches: (Claim) -> Bool) -> UInt64 {
        claims.filter { $0.isLive && matches($0) }.reduce(0) { $0 + $1.quantity }
    }

    func live(_ redeemer: String, code: Int?, campaign: Int?) -> Int? {
        claims.firstIndex {
            $0.isLive && $0.redeemer == redeemer && $0.code == code && (code != nil || $0.campaign == campaign)
        }
    }

    func refusal(
        _ redeemer: String, code: Int?, campaign: Int?, quantity: UInt64, honeypot: Bool, now: Timestamp
    ) -> Refusal? {
        if let code {
            if codes[code].revoked { return Refusal(.revoked) }
            if let end = codes[code].expiresAt, now >= end { return Refusal(.expired) }
            let free = codes[code].limit - taken { $0.code == code }
            if quantity > free { return Refusal(.exhausted, limit: .code, remaining: free) }
        }
        if let campaign, !campaigns[campaign].open { return Refusal(Ineligibility(.paused)) }
        if honeypot { return Refusal(.rateLimited) }
        guard let campaign else { return nil }
        let mine = taken { $0.campaign == campaign && $0.redeemer == redeemer }
        let left = campaigns[campaign].perUser > mine ? campaigns[campaign].perUser - mine : 0
        if quantity > left { return Refusal(.limitReached, limit: .user, remaining: left) }
        if let limit = campaigns[campaign].limit {
            let free = limit - taken { $0.campaign == campaign }
            if quantity > free { return Refusal(.exhausted, limit: .campaign, remaining: free) }
        }
        return nil
    }

    mutating func expire(_ now: Timestamp) {
        for index in claims.indices where claims[index].isLive && claims[index].redemption == nil {
            if let hold = claims[index].hold, hold.expiresAt <= now { claims[index].ended = .expired }
        }
    }
}

/// One random history against the oracle.
final class History {
    let world: World
    var random: SeededGenerator
    var oracle = Oracle()
    var codes: [(number: EntityNumber, text: CodeText)] = []
    var campaigns: [(number: EntityNumber, key: String)] = []
    let people = ["1", "2", "ada", "550e8400-e29b-41d4-a716-446655440000"]

    init(seed: UInt64) throws {
        world = try World(seed: seed)
        random = SeededGenerator(seed: seed &* 7919)
        try expectEvents()
        for (key, type, total, perUser) in [
            ("a", CampaignType.multiUse, Int64?(9), Int64(4)), ("b", .capacity, 6, 3), ("c", .capacity, nil, 5),
        ] {
            campaigns.append((try world.campaign(key, type: type, total: total, perUser: perUser), key))
            oracle.campaigns.append(Oracle.Campaign(limit: total.map { UInt64($0) }, perUser: UInt64(perUser)))
            try expectEvents()
        }
        for index in 0..<6 {
            let campaign = [0, 0, 1, nil, nil, 2][index]
            let limit = Int64.random(in: 1...5, using: &random)
            let end = index == 4 ? world.now.adding(seconds: 200) : nil
            codes.append(
                try world.code(maxUses: limit, campaign: campaign.map { campaigns[$0].number }, expiresAt: end))
            oracle.codes.append(Oracle.Code(limit: UInt64(limit), campaign: campaign, expiresAt: end))
            try expectEvents()
        }
    }

    /// The rows as the frames so far have left them.
    private var transitions = TransitionOracle()
    /// Every transition of a hold or a redemption: none happens twice.
    private var once: Set<Transition> = []

    /// Holds the events of the commands since the last call to what the rows say.
    func expectEvents() throws {
        let frame = try world.takeFrame()
        let expected = try transitions.transitions(of: frame.effects, at: world.now)
        #expect(frame.events.map(\.transition).sorted() == expected)
        #expect(frame.events.map(\.id.index) == Array(0..<UInt32(frame.events.count)))
        for event in frame.events where event.kind.subject == .hold || event.kind.subject == .redemption {
            // Only an end can be moved again and again.
            let isFirst = once.insert(event.transition).inserted
            #expect(isFirst || event.kind == .holdExtended, "\(event.transition)")
            #expect(event.actor == (event.kind == .holdExpired ? .clock : .host))
        }
    }

    func step() throws {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<60: try claim()
        case 60..<70: try confirm()
        case 70..<73: try releaseHold()
        case 73..<76: try extend()
        case 76..<85: try releaseRedemption()
        case 85..<93:
            try world.advance(seconds: Int64.random(in: 1...20, using: &random))
            oracle.expire(world.now)
        case 93..<94:
            let index = Int.random(in: 0..<codes.count, using: &random)
            try world.revoke(codes[index].number)
            oracle.codes[index].revoked = true
        case 94..<97: try patchCode()
        default: try patchCampaign()
        }
    }

    private func claim() throws {
        let redeemer = people[Int.random(in: 0..<people.count, using: &random)]
        let quantity = UInt32.random(in: 1...3, using: &random)
        let isHold = Bool.random(using: &random)
        let ttl = UInt32.random(in: 1...60, using: &random)
        let honeypot = Int.random(in: 0..<20, using: &random) == 0
        let pick = Int.random(in: 0..<(codes.count + 2), using: &random)
        let code = pick < codes.count ? pick : nil
        let campaign = code.map { oracle.codes[$0].campaign } ?? (pick - codes.count + 1)
        let target: ClaimTarget =
            if let code { .code(codes[code].text) } else { .campaign(campaigns[pick - codes.count + 1].key) }
        let answer = try world.claim(
            target, by: redeemer, quantity: quantity, kind: isHold ? .hold(ttlSeconds: ttl) : .redeem,
            honeypot: honeypot)
        if let index = oracle.live(redeemer, code: code, campaign: campaign) {
            if breaksPromise(of: index) {
                #expect(answer == .refused(Refusal(.revoked)))
                oracle.claims[index].ended = .released
                return
            }
            expectReplay(answer, of: index, isHold: isHold)
        } else if let refusal = oracle.refusal(
            redeemer, code: code, campaign: campaign, quantity: UInt64(quantity), honeypot: honeypot, now: world.now)
        {
            #expect(answer == .refused(refusal))
        } else {
            #expect(answer.isFresh)
            oracle.claims.append(
                Oracle.Claim(
                    redeemer: redeemer, code: code, campaign: campaign, quantity: UInt64(quantity),
                    hold: answer.hold.map { ($0.number, $0.expiresAt) }, redemption: answer.redemption?.number))
        }
    }

    private func expectReplay(_ answer: Answer, of index: Int, isHold: Bool) {
        let known = oracle.claims[index]
        if let redemption = known.redemption {
            #expect(answer.redemption?.number == redemption && !answer.isFresh)
        } else if isHold {
            #expect(answer.hold?.number == known.hold?.number && !answer.isFresh)
        } else {
            #expect(answer.isFresh && answer.redemption?.quantity == UInt32(known.quantity))
            oracle.claims[index].redemption = answer.redemption?.number
        }
    }

    /// True if a claim is a live hold on a code that was revoked.
    private func breaksPromise(of index: Int) -> Bool {
        let claim = oracle.claims[index]
        return claim.isLive && claim.redemption == nil && claim.code.map { oracle.codes[$0].revoked } ?? false
    }

    private func extend() throws {
        guard let index = randomIndex(where: { $0.hold != nil }), let hold = oracle.claims[index].hold else { return }
        let seconds = UInt32.random(in: 1...60, using: &random)
        let known = oracle.claims[index]
        do {
            let extended = try world.extend(hold.number, seconds)
            #expect(known.isLive && known.redemption == nil)
            #expect((extended == nil) == breaksPromise(of: index))
            guard let extended else {
                oracle.claims[index].ended = .released
                return
            }
            #expect(extended.expiresAt == max(hold.expiresAt, world.now.adding(seconds: Int64(seconds))))
            oracle.claims[index].hold = (hold.number, extended.expiresAt)
        } catch {
            #expect(error == .refused(Refusal(.holdConflict)) && (!known.isLive || known.redemption != nil))
        }
    }

    private func randomIndex(where matches: (Oracle.Claim) -> Bool) -> Int? {
        oracle.claims.indices.filter { matches(oracle.claims[$0]) }.randomElement(using: &random)
    }

    private func confirm() throws {
        guard let index = randomIndex(where: { $0.hold != nil }), let hold = oracle.claims[index].hold else { return }
        let known = oracle.claims[index]
        let answer: Answer?
        do { answer = try world.confirm(hold.number) } catch {
            #expect(error == .refused(Refusal(.holdConflict)))
            answer = nil
        }
        if known.redemption != nil, !known.isLive {
            #expect(answer == nil, "its redemption was released")
        } else if known.redemption != nil {
            #expect(answer?.redemption?.number == known.redemption && answer?.isFresh == false)
        } else if breaksPromise(of: index) {
            #expect(answer == .refused(Refusal(.revoked)))
            oracle.claims[index].ended = .released
        } else if known.isLive {
            #expect(answer?.isFresh == true)
            oracle.claims[index].redemption = answer?.redemption?.number
        } else {
            let canRetake =
                known.ended == .expired
                && oracle.live(known.redeemer, code: known.code, campaign: known.campaign) == nil
                && oracle.refusal(
                    known.redeemer, code: known.code, campaign: known.campaign, quantity: known.quantity,
                    honeypot: false, now: world.now) == nil
            #expect((answer != nil) == canRetake)
            guard let answer else { return }
            oracle.claims[index].ended = nil
            oracle.claims[index].redemption = answer.redemption?.number
        }
    }

    private func releaseHold() throws {
        guard let index = randomIndex(where: { $0.hold != nil }), let hold = oracle.claims[index].hold else { return }
        let known = oracle.claims[index]
        let works = known.redemption == nil
        do {
            let state: HoldState = known.ended == .expired ? .expired : .released
            #expect(try world.releaseHold(hold.number).state == state)
            #expect(works)
            oracle.claims[index].ended = state
        } catch {
            #expect(error == .refused(Refusal(.holdConflict)))
            #expect(!works)
        }
    }

    private func releaseRedemption() throws {
        guard let index = randomIndex(where: { $0.redemption != nil }),
            let number = oracle.claims[index].redemption
        else { return }
        #expect(try world.releaseRedemption(number).releasedAt != nil)
        oracle.claims[index].ended = .released
    }

    private func patchCode() throws {
        let index = Int.random(in: 0..<codes.count, using: &random)
        let limit = Int64.random(in: 1...8, using: &random)
        let command = PatchCode(tenant: world.tenant, number: codes[index].number, maxUses: .set(limit))
        let rejection = world.rejection { (context) throws(Rejection) in try Codes.patch(command, in: &context) }
        let fits = UInt64(limit) >= oracle.taken { $0.code == index }
        #expect((rejection == nil) == fits)
        if fits { oracle.codes[index].limit = UInt64(limit) }
    }

    private func patchCampaign() throws {
        let index = Int.random(in: 0..<campaigns.count, using: &random)
        let limit = Bool.random(using: &random) ? nil : Int64.random(in: 1...12, using: &random)
        let perUser = Int64.random(in: 1...6, using: &random)
        let open = Int.random(in: 0..<4, using: &random) > 0
        let command = PatchCampaign(
            tenant: world.tenant, number: campaigns[index].number, status: .set(open ? "active" : "paused"),
            maxRedemptionsTotal: .set(limit), perUserLimit: .set(perUser))
        let rejection = world.rejection { (context) throws(Rejection) in try Campaigns.patch(command, in: &context) }
        let fits = limit.map { UInt64($0) >= oracle.taken { $0.campaign == index } } ?? true
        #expect((rejection == nil) == fits)
        guard fits else { return }
        oracle.campaigns[index] = Oracle.Campaign(
            limit: limit.map { UInt64($0) }, perUser: UInt64(perUser), open: open)
    }

    /// Counters and rows say what the oracle's sums say.
    func expectAgreement() throws {
        for (index, code) in codes.enumerated() {
            let capacity = try world.codeView(code.number).capacity
            #expect(capacity.limit == oracle.codes[index].limit)
            #expect(capacity.used == oracle.taken { $0.code == index && $0.redemption != nil })
            #expect(capacity.held == oracle.taken { $0.code == index && $0.redemption == nil })
        }
        for (index, campaign) in campaigns.enumerated() {
            let view = try world.campaignView(campaign.number)
            #expect(view.capacity.used == oracle.taken { $0.campaign == index && $0.redemption != nil })
            #expect(view.capacity.held == oracle.taken { $0.campaign == index && $0.redemption == nil })
            let rows = oracle.claims.filter { $0.isLive && $0.campaign == index && $0.redemption != nil }
            #expect(view.redemptionsCount == UInt64(rows.count))
        }
        #expect(try world.violations() == [])
    }
}

@Suite("Random histories")
struct ModelTests {
    @Test("Every answer of a random history is the oracle's, and no invariant ever breaks", arguments: 1...30)
    func history(seed: UInt64) throws {
        let history = try History(seed: seed)
        try history.expectEvents()
        for step in 1...300 {
            try history.step()
            try history.expectEvents()
            if step.isMultiple(of: 60) { try history.expectAgreement() }
        }
    }
}
