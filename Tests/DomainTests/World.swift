import Domain
import Journal
import Store
import TestSupport
import Testing

/// Randomness that a context can be given again and again without starting over.
final class SharedRandom: RandomNumberGenerator {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    func next() -> UInt64 { generator.next() }
}

/// A store with a clock that stands still until it is told to move: what the sequencer is in the server.
final class World {
    let store: TemporaryState
    let random: SharedRandom
    let tenant = TenantNumber.default
    /// Who acts in the commands.
    var actor = Actor.host
    var now = Timestamp(milliseconds: 1_800_000_000_000)
    /// Goes from command to command, as in the sequencer.
    private var subject = TargetMemo()

    init(seed: UInt64 = 1, projections: [any Projection] = StateIndexes.all) throws {
        store = try TemporaryState(tables: Tables.all, projections: projections)
        random = SharedRandom(seed: seed)
        run { Bootstrap.run(in: &$0) }
    }

    var state: Transaction { store.transaction }

    func snapshot() throws -> Snapshot { try store.commit() }

    /// Runs a command that cannot be rejected.
    @discardableResult
    func run<Result>(_ command: (inout DecisionContext) -> Result) -> Result {
        var context = DecisionContext(state: state, now: now, random: random, actor: actor, subject: subject)
        defer { subject = context.subject }
        return command(&context)
    }

    /// Runs a command and takes back what it wrote when it is rejected, as the sequencer does.
    @discardableResult
    func attempt<Result>(_ command: (inout DecisionContext) throws(Rejection) -> Result) throws(Rejection) -> Result {
        let mark = state.mark()
        var context = DecisionContext(state: state, now: now, random: random, actor: actor, subject: subject)
        defer { subject = context.subject }
        do {
            return try command(&context)
        } catch {
            state.rollBack(to: mark)
            throw error
        }
    }

    /// Begins a big generation; nil when too many big commands are under way.
    func begin(_ order: GenerateCodes) throws(Rejection) -> BigGeneration? {
        try attempt { (context) throws(Rejection) in try BigGeneration.begin(order, in: &context) }
    }

    /// Why a command is rejected; nil when it is not.
    func rejection<Result>(_ command: (inout DecisionContext) throws(Rejection) -> Result) -> Rejection? {
        do {
            try attempt(command)
            return nil
        } catch {
            return error
        }
    }

    /// Lets time pass and does what is due, as the sequencer does before anything else.
    func advance(seconds: Int64) throws {
        now = now.adding(seconds: seconds)
        var due: [DueEntry] = []
        let end = Timestamp(milliseconds: now.milliseconds + 1)
        Deadlines.forEach(due: Timestamp(milliseconds: 0)..<end, in: state) { due.append($0) }
        for entry in due where entry.isAwaited { run { _ = Deadlines.of(entry.kind).settle(entry, in: &$0) } }
    }

    func campaign(
        _ key: String = "launch", type: CampaignType = .multiUse, total: Int64? = nil, perUser: Int64? = 1000,
        status: CampaignStatus = .active
    ) throws -> EntityNumber {
        let command = CreateCampaign(
            tenant: tenant, key: key, name: key, type: type.word, status: status.word, maxRedemptionsTotal: total,
            perUserLimit: perUser)
        return try attempt { (context) throws(Rejection) in try Campaigns.create(command, in: &context) }.number
    }

    /// A random code.
    func code(
        maxUses: Int64 = 1, campaign: EntityNumber? = nil, expiresAt: Timestamp? = nil
    ) throws -> (number: EntityNumber, text: CodeText) {
        let terms = CodeTerms(campaign: campaign, maxUses: maxUses, expiresAt: expiresAt)
        let command = GenerateCodes(tenant: tenant, count: 1, terms: terms)
        let batch = try attempt { (context) throws(Rejection) in try Codes.generate(command, in: &context) }
        return (batch.number(at: 0), try #require(CodeText(raw: batch.text(at: 0))))
    }

    func claim(
        _ target: ClaimTarget, by redeemer: String = "ada", quantity: UInt32 = 1, kind: ClaimKind = .redeem,
        honeypot: Bool = false, metadata: [UInt8]? = nil
    ) throws -> Answer {
        let command = ClaimCommand(
            tenant: tenant, target: target, redeemer: try #require(AccountID(redeemer)), quantity: quantity,
            kind: kind, honeypot: honeypot, metadata: metadata)
        return Answer(run { Claims.decide(command, in: &$0) })
    }

    func claim(
        _ code: (number: EntityNumber, text: CodeText), by redeemer: String = "ada", quantity: UInt32 = 1,
        kind: ClaimKind = .redeem, honeypot: Bool = false, metadata: [UInt8]? = nil
    ) throws -> Answer {
        try claim(
            .code(code.text), by: redeemer, quantity: quantity, kind: kind, honeypot: honeypot, metadata: metadata)
    }

    func codeView(_ number: EntityNumber) throws -> CodeView {
        try #require(Codes.find(number, tenant: tenant, state: state, now: now))
    }

    func campaignView(_ number: EntityNumber) throws -> CampaignView {
        try #require(Campaigns.find(number, tenant: tenant, state: state))
    }

    func revoke(_ number: EntityNumber) throws {
        try attempt { (context) throws(Rejection) in try Codes.revoke(number, tenant: self.tenant, in: &context) }
    }

    func patch(_ command: PatchCampaign) throws {
        try attempt { (context) throws(Rejection) in try Campaigns.patch(command, in: &context) }
    }

    func confirm(_ number: EntityNumber) throws(Rejection) -> Answer {
        Answer(
            try attempt { (context) throws(Rejection) in try Holds.confirm(number, tenant: self.tenant, in: &context) })
    }

    /// Extends a hold; nil where its code was revoked.
    func extend(_ number: EntityNumber, _ seconds: UInt32) throws(Rejection) -> Hold? {
        let outcome = try attempt { (context) throws(Rejection) in
            try Holds.extend(number, bySeconds: seconds, tenant: self.tenant, in: &context)
        }
        guard case .extended(let hold) = outcome else { return nil }
        return hold
    }

    func releaseHold(_ number: EntityNumber) throws(Rejection) -> Hold {
        try attempt { (context) throws(Rejection) in try Holds.release(number, tenant: self.tenant, in: &context) }
    }

    func releaseRedemption(_ number: EntityNumber) throws(Rejection) -> Redemption {
        try attempt { (context) throws(Rejection) in try Redemptions.release(number, tenant: self.tenant, in: &context)
        }
    }

    /// Finds the rules that the records of the whole state break.
    func violations() throws -> [Violation] { Invariants.check(try snapshot()) }
}

/// A claim's outcome in a form that tests compare.
enum Answer: Equatable {
    case redeemed(Redemption, already: Bool)
    case held(Hold, already: Bool)
    case refused(Refusal)

    init(_ outcome: ClaimOutcome) {
        switch outcome {
        case .redeemed(let redemption, let already): self = .redeemed(redemption, already: already)
        case .held(let hold, let already): self = .held(hold, already: already)
        case .refused(let refusal): self = .refused(refusal)
        }
    }

    var redemption: Redemption? {
        if case .redeemed(let redemption, _) = self { redemption } else { nil }
    }

    var hold: Hold? {
        if case .held(let hold, _) = self { hold } else { nil }
    }

    var reason: RefusalReason? {
        if case .refused(let refusal) = self { refusal.reason } else { nil }
    }

    var isFresh: Bool {
        switch self {
        case .redeemed(_, let already), .held(_, let already): !already
        case .refused: false
        }
    }
}

func json(_ text: String) -> [UInt8] { Array(text.utf8) }
