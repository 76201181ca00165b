import Foundation
import Journal
import Store

@testable import Domain

/// Every command of the domain, as a test can run it.
struct CommandCatalogue {
    typealias Command = (inout DecisionContext) throws(Rejection) -> Void

    /// A command, and what makes a world in which it has something to do.
    struct Entry {
        /// Its name, as the page has it.
        var name: String
        /// False where doing it again is a mistake of the caller.
        var isRepeatable = true
        /// The reason why it writes no event down, as the page has it; nil where it does.
        var silence: String?
        var prepare: (World) throws -> Command
    }

    let entries: [Entry] = claims + holds + codes + bigCommands + administration + node + referrals

    private static func claim(
        _ code: (number: EntityNumber, text: CodeText), by redeemer: String = "ada", _ kind: ClaimKind = .redeem
    ) throws -> Command {
        let account = try required(AccountID(redeemer))
        let command = ClaimCommand(tenant: .default, target: .code(code.text), redeemer: account, kind: kind)
        return { (context) throws(Rejection) in _ = Claims.decide(command, in: &context) }
    }

    // MARK: Claims

    private static var claims: [Entry] {
        [
            Entry(name: "Claims.decide") { try claim(try $0.code()) },
            Entry(name: "Claims.decide") { try claim(try $0.code(), .hold(ttlSeconds: 60)) },
            Entry(name: "Claims.decide") { world in
                let campaign = try world.campaign(total: 1)
                return try claim(try world.code(campaign: campaign))
            },
            // A hold of one's own that has run out, in a campaign that it had filled.
            Entry(name: "Claims.decide") { world in
                let code = try world.code(campaign: try world.campaign(total: 1))
                _ = try world.claim(code, kind: .hold(ttlSeconds: 5))
                world.now = world.now.adding(seconds: 6)
                return try claim(code)
            },
            // A hold of one's own that lives is confirmed.
            Entry(name: "Claims.decide") { world in
                let code = try world.code()
                _ = try world.claim(code, kind: .hold(ttlSeconds: 60))
                return try claim(code)
            },
            // One on a code that was revoked since is released.
            Entry(name: "Claims.decide") { world in
                let code = try world.code(campaign: try world.campaign(total: 1))
                _ = try world.claim(code, kind: .hold(ttlSeconds: 60))
                try world.revoke(code.number)
                return try claim(code)
            },
            Entry(name: "Claims.decide") { world in
                let order = SignCode(tenant: .default, maxUses: 3)
                let signed = try world.attempt { (context) throws(Rejection) in
                    try Codes.sign(order, in: &context)
                        .codes(0..<1, in: context.state)[0]
                }
                return try claim((EntityNumber(rawValue: 0), try required(CodeText(raw: signed.text))))
            },
            // Refused: the code is full.
            Entry(name: "Claims.decide") { world in
                let code = try world.code()
                _ = try world.claim(code)
                return try claim(code, by: "bob")
            },
            Entry(name: "Redemptions.release") { world in
                let code = try world.code(campaign: try world.campaign(total: 1))
                let row = try required(try world.claim(code).redemption)
                return { (context) throws(Rejection) in
                    _ = try Redemptions.release(row.number, tenant: .default, in: &context)
                }
            },
        ]
    }

    // MARK: Holds

    /// A world with a hold that has filled its campaign.
    private static func hold(_ world: World, runsOut: Bool) throws -> Hold {
        let code = try world.code(campaign: try world.campaign(total: 1))
        let hold = try required(try world.claim(code, kind: .hold(ttlSeconds: 5)).hold)
        if runsOut { world.now = world.now.adding(seconds: 6) }
        return hold
    }

    /// A world with a hold on a code that was revoked since.
    private static func revokedHold(_ world: World) throws -> Hold {
        let hold = try hold(world, runsOut: false)
        try world.revoke(try required(hold.code))
        return hold
    }

    private static func extend(_ hold: Hold) -> Command {
        { (context) throws(Rejection) in
            _ = try Holds.extend(hold.number, bySeconds: 600, tenant: .default, in: &context)
        }
    }

    private static func confirm(_ hold: Hold) -> Command {
        { (context) throws(Rejection) in _ = try Holds.confirm(hold.number, tenant: .default, in: &context) }
    }

    private static func release(_ hold: Hold) -> Command {
        { (context) throws(Rejection) in _ = try Holds.release(hold.number, tenant: .default, in: &context) }
    }

    private static var holds: [Entry] {
        [
            Entry(name: "Holds.confirm") { confirm(try hold($0, runsOut: false)) },
            Entry(name: "Holds.confirm") { confirm(try hold($0, runsOut: true)) },
            // Its code is revoked: the hold is released, and nothing redeemed.
            Entry(name: "Holds.confirm") { confirm(try revokedHold($0)) },
            Entry(name: "Holds.extend") { extend(try hold($0, runsOut: false)) },
            Entry(name: "Holds.extend") { extend(try hold($0, runsOut: true)) },
            Entry(name: "Holds.extend") { extend(try revokedHold($0)) },
            Entry(name: "Holds.release") { release(try hold($0, runsOut: false)) },
            Entry(name: "Holds.release") { release(try hold($0, runsOut: true)) },
            Entry(name: "Holds.expire") { world in
                let hold = try hold(world, runsOut: true)
                return { (context) throws(Rejection) in _ = Holds.expire(hold.number, tenant: .default, in: &context) }
            },
            Entry(name: "LiveHoldRecord.settle") { world in
                let hold = try hold(world, runsOut: true)
                let key = RecordKeys.live(.default, hold.expiresAt, hold.number)
                let entry = DueEntry(LiveHoldRecord.self, key: key.bytes.span.bytes)
                return { (context) throws(Rejection) in _ = LiveHoldRecord.settle(entry, in: &context) }
            },
        ]
    }

    // MARK: Referrals

    /// A policy with a reward of every kind.
    private static let policy = """
        {"referrer":[{"trigger":"on_redemption","hold_seconds":50},{"amount":3},{"trigger":"on_milestone","milestone":1}],
         "referee":[{"trigger":"on_redemption"},{"hold_seconds":9,"expire_seconds":20}]}
        """

    private static func referral(_ world: World) throws -> Referral {
        try world.refer(try world.code(of: "ann", in: try world.programme(policy)), "bob")
    }

    private static func release(_ referral: Referral) -> Command {
        { (context) throws(Rejection) in
            _ = try Redemptions.release(referral.redemption, tenant: .default, in: &context)
        }
    }

    private static func settle(_ world: World, _ state: RewardState, after seconds: Int64) throws -> Command {
        let rewards = try world.rewards(of: try referral(world))
        let reward = try required(rewards.first { $0.state == state && $0.dueAt != nil })
        world.now = world.now.adding(seconds: seconds)
        let key = RewardDeadline(tenant: .default, due: try required(reward.dueAt), number: reward.number).key
        let entry = DueEntry(RewardDeadlineRecord.self, key: key.bytes.span.bytes)
        return { (context) throws(Rejection) in _ = RewardDeadlineRecord.settle(entry, in: &context) }
    }

    private static var referrals: [Entry] {
        [
            Entry(name: "Claims.decide") { world in
                try claim(try world.code(of: "ann", in: try world.programme(policy)))
            },
            Entry(name: "Holds.confirm") { world in
                let code = try world.code(of: "ann", in: try world.programme(policy))
                return confirm(try required(try world.redeem(code, by: "bob", kind: .hold(ttlSeconds: 9)).hold))
            },
            Entry(name: "Redemptions.release") { release(try referral($0)) },
            // The holding time of one reward and the life of another are over, and nobody has settled them.
            Entry(name: "Redemptions.release") { world in
                let referral = try referral(world)
                world.now = world.now.adding(seconds: 60)
                return release(referral)
            },
            Entry(name: "Referrals.qualify") { world in
                let number = try referral(world).number
                return { (context) throws(Rejection) in
                    _ = try Referrals.qualify(number, tenant: .default, in: &context)
                }
            },
            Entry(name: "Rewards.confirm") { world in
                let number = try world.rewards(of: try referral(world))[0].number
                return { (context) throws(Rejection) in
                    _ = try Rewards.confirm(number, tenant: .default, in: &context)
                }
            },
            Entry(name: "Rewards.reverse") { world in
                let number = try world.rewards(of: try referral(world))[0].number
                let command = ReverseReward(tenant: .default, number: number, reason: "fraud")
                return { (context) throws(Rejection) in _ = try Rewards.reverse(command, in: &context) }
            },
            Entry(name: "RewardDeadlineRecord.settle") { try settle($0, .held, after: 50) },
            Entry(name: "RewardDeadlineRecord.settle") { try settle($0, .pending, after: 20) },
        ]
    }

    // MARK: Codes

    private static var codes: [Entry] {
        [
            Entry(name: "Codes.generate") { _ in
                { (context) throws(Rejection) in
                    _ = try Codes.generate(GenerateCodes(tenant: .default, count: 3), in: &context)
                }
            },
            Entry(name: "Codes.make") { _ in
                { (context) throws(Rejection) in
                    _ = try Codes.make(GenerateCodes(tenant: .default, count: 3), in: &context)
                }
            },
            Entry(name: "Codes.createVanity") { _ in
                { (context) throws(Rejection) in
                    _ = try Codes.createVanity(CreateVanityCode(tenant: .default, text: "LAUNCH-27"), in: &context)
                }
            },
            Entry(name: "Codes.importRows") { _ in
                let rows = [ImportRow(line: 1, text: "ONE1"), ImportRow(line: 2, text: "TWO2")]
                return { (context) throws(Rejection) in
                    _ = try Codes.importRows(ImportCodes(tenant: .default, rows: rows), in: &context)
                }
            },
            // None is taken over: a row is bad.
            Entry(name: "Codes.importRows") { _ in
                let rows = [ImportRow(line: 1, text: "ONE1"), ImportRow(line: 2, text: "?")]
                return { (context) throws(Rejection) in
                    _ = try Codes.importRows(ImportCodes(tenant: .default, rows: rows, atomic: true), in: &context)
                }
            },
            Entry(name: "Codes.patch") { world in
                let code = try world.code()
                let patch = PatchCode(
                    tenant: .default, number: code.number, maxUses: .set(5),
                    expiresAt: .set(world.now.adding(seconds: 99)))
                return { (context) throws(Rejection) in _ = try Codes.patch(patch, in: &context) }
            },
            Entry(name: "Codes.revoke") { world in
                let code = try world.code()
                return { (context) throws(Rejection) in
                    _ = try Codes.revoke(code.number, tenant: .default, in: &context)
                }
            },
            Entry(name: "Codes.revoke") { world in
                let order = SignCode(tenant: .default)
                let signed = try world.attempt { (context) throws(Rejection) in
                    try Codes.sign(order, in: &context).codes(0..<1, in: context.state)[0].text
                }
                return revoke(.texts([try world.code().text.text, signed, "NOBODYS"]))
            },
            Entry(name: "Codes.revoke") { revoke(.numbers([try $0.code().number, try $0.code().number])) },
            Entry(name: "Codes.revoke") { revoke(.campaign(try filled($0))) },
            Entry(name: "Codes.revokeFew") { world in
                let order = RevokeCodes(tenant: .default, .campaign(try filled(world)))
                return { (context) throws(Rejection) in _ = try Codes.revokeFew(order, in: &context) }
            },
            Entry(name: "Codes.sign", silence: "a signed code is in no table before its first claim") { _ in
                { (context) throws(Rejection) in
                    _ = try Codes.sign(SignCode(tenant: .default, maxUses: 2), in: &context)
                }
            },
            Entry(name: "SigningKeys.rotate") { _ in
                { (context) throws(Rejection) in _ = try SigningKeys.rotate(in: &context) }
            },
        ]
    }

    private static func revoke(_ selection: RevokeCodes.Selection) -> Command {
        { (context) throws(Rejection) in
            _ = try Codes.revoke(RevokeCodes(tenant: .default, selection), in: &context)
        }
    }

    /// A campaign with codes.
    private static func filled(_ world: World) throws -> EntityNumber {
        let campaign = try world.campaign()
        for _ in 0..<3 { _ = try world.code(campaign: campaign) }
        return campaign
    }

    /// A revocation under way, whose codes the actor of the commands has taken back.
    private static func revocation(_ world: World) throws -> BigRevocation {
        world.actor = .key(EntityNumber(rawValue: 99))
        let order = RevokeCodes(tenant: .default, .campaign(try filled(world)))
        return try required(
            try world.attempt { (context) throws(Rejection) in try BigRevocation.begin(order, in: &context) })
    }

    private static let order = GenerateCodes(tenant: .default, count: 3)
    private static let rows = ImportCodes(tenant: .default, rows: [ImportRow(line: 1, text: "ONE1")])

    private static func generation(_ world: World) throws -> BigGeneration {
        try required(try world.begin(order))
    }

    private static func done<Value>(_ step: BigCommandStep<Value>) throws -> Value {
        guard case .done(let value) = step else { throw Missing() }
        return value
    }

    private static var bigCommands: [Entry] {
        [
            Entry(name: "BigGeneration.begin", silence: "nobody sees its codes yet") { _ in
                { (context) throws(Rejection) in _ = try BigGeneration.begin(order, in: &context) }
            },
            Entry(name: "BigGeneration.write", isRepeatable: false, silence: "nobody sees its codes yet") { world in
                let begun = try generation(world)
                return { (context) throws(Rejection) in _ = try begun.write(0..<1, in: &context) }
            },
            Entry(name: "BigGeneration.finish") { world in
                let begun = try generation(world)
                _ = try world.attempt { (context) throws(Rejection) in try begun.write(0..<3, in: &context) }
                return { (context) throws(Rejection) in _ = begun.finish(in: &context) }
            },
            Entry(name: "BigImport.begin", silence: "nobody sees its codes yet") { _ in
                { (context) throws(Rejection) in _ = BigImport.begin(rows.tenant, rowsMax: 3, in: &context) }
            },
            Entry(name: "BigImport.take", silence: "nobody sees its codes yet") { world in
                let begun = try required(world.run { BigImport.begin(rows.tenant, rowsMax: 3, in: &$0) })
                return { (context) throws(Rejection) in _ = begun.take(rows.rows[...], in: &context) }
            },
            Entry(name: "BigImport.finish") { world in
                let begun = try required(world.run { BigImport.begin(rows.tenant, rowsMax: 3, in: &$0) })
                let taken = try done(world.run { begun.take(rows.rows[...], in: &$0) })
                return { (context) throws(Rejection) in _ = taken.finish(in: &context) }
            },
            Entry(name: "BigRevocation.begin", silence: "the event of a code comes with its row") { world in
                let order = RevokeCodes(tenant: .default, .campaign(try filled(world)))
                return { (context) throws(Rejection) in _ = try BigRevocation.begin(order, in: &context) }
            },
            Entry(name: "BigRevocation.take") { world in
                let begun = try revocation(world)
                return { (context) throws(Rejection) in _ = begun.take(in: &context) }
            },
            Entry(name: "PendingRanges.settlePiece") { world in
                let end = try revocation(world).end
                return { (context) throws(Rejection) in PendingRanges.settlePiece(ofWorkBefore: end, in: &context) }
            },
            Entry(name: "PendingRanges.settlePiece") { world in
                let end = try generation(world).range.end
                return { (context) throws(Rejection) in PendingRanges.settlePiece(ofWorkBefore: end, in: &context) }
            },
            Entry(name: "PendingRanges.removePiece", silence: "nobody has seen the codes that go") { world in
                let begun = try generation(world)
                _ = try world.attempt { (context) throws(Rejection) in try begun.write(0..<3, in: &context) }
                let end = begun.range.end
                return { (context) throws(Rejection) in _ = PendingRanges.removePiece(ofRangeBefore: end, in: &context)
                }
            },
        ]
    }

    // MARK: Administration

    private static func patch(
        _ world: World, _ number: EntityNumber, total: Patch<Int64> = .keep, status: Patch<String> = .keep,
        name: Patch<String> = .keep, description: Patch<String> = .keep
    ) -> Command {
        let patch = PatchCampaign(
            tenant: .default, number: number, name: name, description: description, status: status,
            maxRedemptionsTotal: total)
        return { (context) throws(Rejection) in _ = try Campaigns.patch(patch, in: &context) }
    }

    private static var administration: [Entry] {
        [
            Entry(name: "Campaigns.create") { _ in
                { (context) throws(Rejection) in
                    let command = CreateCampaign(tenant: .default, key: "a", name: "A", type: "capacity")
                    _ = try Campaigns.create(command, in: &context)
                }
            },
            Entry(name: "Campaigns.patch") { patch($0, try $0.campaign(), status: .set("paused"), name: .set("B")) },
            Entry(name: "Campaigns.patch") { patch($0, try $0.campaign(), description: .set("Long")) },
            Entry(name: "Campaigns.patch") { patch($0, try $0.campaign(), name: .set("launch")) },
            Entry(name: "Campaigns.patch") { world in
                let campaign = try world.campaign(total: 1)
                _ = try world.claim(try world.code(campaign: campaign))
                return patch(world, campaign, total: .set(2))
            },
            Entry(name: "Campaigns.patch") { world in
                let campaign = try world.campaign(total: 2)
                _ = try world.claim(try world.code(campaign: campaign))
                return patch(world, campaign, total: .set(1))
            },
            Entry(name: "APIKeys.create") { _ in
                { (context) throws(Rejection) in
                    _ = try APIKeys.create(CreateKey(tenant: .default, name: "k", scopes: ["read"]), in: &context)
                }
            },
            Entry(name: "APIKeys.revoke") { world in
                let command = CreateKey(tenant: .default, name: "k", scopes: ["read"])
                let key = try world.attempt { (context) throws(Rejection) in try APIKeys.create(command, in: &context) }
                return { (context) throws(Rejection) in
                    _ = try APIKeys.revoke(key.view.number, tenant: .default, in: &context)
                }
            },
            Entry(name: "APIKeys.keepGivenRoot") { _ in keepRoot("first") },
            Entry(name: "APIKeys.keepGivenRoot") { world in
                try world.attempt(keepRoot("first"))
                return keepRoot("second")
            },
            Entry(name: "APIKeys.keepGivenRoot") { world in
                try world.attempt(keepRoot("first"))
                try world.attempt(keepRoot("second"))
                return keepRoot("first")
            },
            Entry(name: "Tenants.create") { _ in
                { (context) throws(Rejection) in _ = try Tenants.create(id: "acme", name: nil, in: &context) }
            },
        ]
    }

    private static func keepRoot(_ text: String) -> Command {
        { (context) throws(Rejection) in try APIKeys.keepGivenRoot(hash: APIKeys.hash(of: text), in: &context) }
    }

    // MARK: The node

    private static let answer = IdempotencyRecord(
        fingerprint: [UInt8](repeating: 1, count: 32), createdAt: Timestamp(milliseconds: 1), status: 200, kind: 1,
        body: [123, 125])
    private static let answerKey = IdempotencyKey(
        tenant: .default, credential: EntityNumber(rawValue: 0), key: "x")

    private static var node: [Entry] {
        [
            Entry(name: "Bootstrap.run") { _ in { (context) throws(Rejection) in Bootstrap.run(in: &context) } },
            Entry(name: "Idempotency.store", isRepeatable: false, silence: "an answer that is kept is no transition") {
                _ in
                { (context) throws(Rejection) in Idempotency.store(answer, for: answerKey, in: &context) }
            },
            Entry(name: "AnswerTimeRecord.settle", silence: "an answer that is kept is no transition") { world in
                world.run { Idempotency.store(answer, for: answerKey, in: &$0) }
                var due: DueEntry?
                world.state.forEachInOverlay(Tables.idempotencyByTime) {
                    due = DueEntry(AnswerTimeRecord.self, key: $0)
                }
                let entry = try required(due)
                return { (context) throws(Rejection) in _ = AnswerTimeRecord.settle(entry, in: &context) }
            },
            Entry(name: "Epochs.begin", silence: "it says who writes the log, and changes nothing in it") { _ in
                { (context) throws(Rejection) in Epochs.begin(7, after: 3, numbersFrom: nil, in: &context) }
            },
            Entry(name: "StateRepairs.make", silence: "it takes what an earlier version should not have stored") { _ in
                { (context) throws(Rejection) in StateRepairs().make(in: &context) }
            },
        ]
    }

    struct Missing: Error {}

    private static func required<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw Missing() }
        return value
    }

    /// The names of all public functions of the domain that take a context to change the state in, and of what settles a
    /// deadline.
    static func names() throws -> Set<String> {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources/Domain")
        let type = try Regex("^(?:public |package )?(?:enum|struct|extension) (\\w+)")
        let function = try Regex("^    (?:@\\w+ )?(?:public (?:static )?func (\\w+)|static func (settle))")
        var names: Set<String> = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: root.path) where path.hasSuffix(".swift") {
            let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
            var owner = ""
            var head = ""
            for line in text.split(separator: "\n") {
                if let match = try type.firstMatch(in: line) { owner = String(match[1].substring ?? "") }
                if let match = try function.firstMatch(in: line) {
                    head = String(match[1].substring ?? match[2].substring ?? "")
                }
                if !head.isEmpty, !owner.isEmpty, line.contains("inout DecisionContext") {
                    names.insert("\(owner).\(head)")
                }
                if line.hasSuffix("{") { head = "" }
            }
        }
        return names
    }
}
