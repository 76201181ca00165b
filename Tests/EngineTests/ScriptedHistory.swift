import Crypto
import Domain
import Journal
import Store
import TestSupport

@testable import Engine

/// A fixed piece of life that writes records of every table, and the hashes of what it leaves.
struct ScriptedHistory {
    let node: SimulatedNode
    private let clock: ManualClock

    init() throws {
        clock = ManualClock()
        node = try SimulatedNode(disk: SimulatedDisk(), seed: 14, clock: clock)
    }

    /// Lives through the whole script; nothing in it depends on anything but this file.
    func run() throws {
        let campaigns = makeCampaigns()
        let codes = makeCodes(campaigns)
        clock.advance(seconds: 3)
        claim(codes)
        endClaims()
        administer(campaigns)
        try node.apply()
        storeAnswers()
        bigCommands()
        clock.advance(seconds: 90)
        claim(codes)
        refer()
        let before = node.sequencer.logged.position.sequence
        node.decide { Epochs.begin(77, after: before, numbersFrom: nil, in: &$0) }
    }

    // MARK: The script

    private func makeCampaigns() -> [EntityNumber] {
        let number = node.decide { context throws(Rejection) in
            _ = try Tenants.create(id: "acme", name: nil, in: &context)
            return try Campaigns.create(
                CreateCampaign(
                    tenant: .default, key: "launch", name: "Launch", type: "multi_use", description: "First",
                    status: "active", maxRedemptionsTotal: 60, perUserLimit: 5,
                    startsAt: Timestamp(milliseconds: 1_700_000_000_000),
                    endsAt: Timestamp(milliseconds: 1_900_000_000_000), createdBy: EntityNumber(rawValue: 3)),
                in: &context
            ).number
        }
        let second = node.decide { context throws(Rejection) in
            try Campaigns.create(
                CreateCampaign(tenant: .default, key: "open", name: "Öffnung", type: "capacity", status: "active"),
                in: &context
            ).number
        }
        return [number, second].compactMap { $0 }
    }

    private func makeCodes(_ campaigns: [EntityNumber]) -> [CodeText] {
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 3000)
        let metadata = Array("{\"a\":\"".utf8) + long + Array("\"}".utf8)
        let texts = node.decide { context throws(Rejection) -> [String] in
            let batch = try Codes.generate(
                GenerateCodes(
                    tenant: .default, count: 70, terms: CodeTerms(campaign: campaigns[0], maxUses: 4)), in: &context)
            let alone = try Codes.createVanity(
                CreateVanityCode(
                    tenant: .default, text: "ALONE-2027",
                    terms: CodeTerms(
                        maxUses: 30, expiresAt: Timestamp(milliseconds: 1_850_000_000_000),
                        issuer: AccountID("550e8400-e29b-41d4-a716-446655440000"), metadata: metadata)), in: &context)
            let report = try Codes.importRows(
                ImportCodes(
                    tenant: .default,
                    rows: [
                        ImportRow(line: 1, text: "IMPORTED1", terms: CodeTerms(maxUses: 2)),
                        ImportRow(line: 2, text: "ALONE-2027"),
                        ImportRow(line: 3, text: "IMPORTED2", campaignKey: "open"),
                    ]), in: &context)
            precondition(report.imported == 2)
            let signed = try Codes.sign(
                SignCode(tenant: .default, campaign: campaigns[1], maxUses: 3), in: &context
            ).codes(0..<1, in: context.state)[0]
            return [batch.text(at: 0), batch.text(at: 1), alone.text, "IMPORTED1", signed.text]
        }
        return (texts ?? []).compactMap { CodeText(raw: $0) }
    }

    private func claim(_ codes: [CodeText]) {
        var random = SeededGenerator(seed: 5)
        let people = ["ada", "17", "550e8400-e29b-41d4-a716-446655440001", "émile", "65536"]
        for round in 0..<12 {
            let commands = (0..<6).map { index in
                let pick = random.next()
                let target: ClaimTarget =
                    pick % 5 == 0
                    ? .campaign(pick >> 8 & 1 == 0 ? "launch" : "open")
                    : .code(codes[Int(pick >> 8 & 0xFF) % codes.count])
                return ClaimCommand(
                    tenant: .default, target: target,
                    redeemer: AccountID(
                        people[Int(pick >> 16 & 0xFF) % people.count] + (pick % 2 == 0 ? "" : "\(round)")) ?? .one,
                    quantity: UInt32(1 + pick % 2),
                    kind: index % 2 == 0 ? .redeem : .hold(ttlSeconds: UInt32(30 + pick % 3 * 30)),
                    metadata: pick % 4 == 0 ? Array("{\"n\":\(round)}".utf8) : nil)
            }
            node.claim(commands)
            clock.advance(seconds: 2)
        }
    }

    private func endClaims() {
        for (index, claim) in node.acknowledged.enumerated() {
            node.decide { context throws(Rejection) in
                switch (claim.outcome, index % 3) {
                case (.held(let hold, _), 0): _ = try Holds.confirm(hold.number, tenant: .default, in: &context)
                case (.held(let hold, _), 1): _ = try Holds.release(hold.number, tenant: .default, in: &context)
                case (.redeemed(let row, _), 0): _ = try Redemptions.release(row.number, tenant: .default, in: &context)
                default: break
                }
            }
        }
    }

    private func administer(_ campaigns: [EntityNumber]) {
        node.decide { context throws(Rejection) in
            let key = try APIKeys.create(
                CreateKey(
                    tenant: .default, name: "app", scopes: ["claims", "read"],
                    expiresAt: Timestamp(milliseconds: 1_900_000_000_000)), in: &context)
            _ = try APIKeys.revoke(key.view.number, tenant: .default, in: &context)
            try APIKeys.keepGivenRoot(hash: APIKeys.hash(of: "usher_given"), in: &context)
            _ = try SigningKeys.rotate(in: &context)
            _ = try Campaigns.patch(
                PatchCampaign(
                    tenant: .default, number: campaigns[0], name: .set("Launched"), description: .set("Second"),
                    maxRedemptionsTotal: .set(90)), in: &context)
            guard let text = CodeText(raw: "IMPORTED2"),
                let number = Codes.number(text: text, tenant: .default, state: context.state)
            else { return }
            _ = try Codes.patch(PatchCode(tenant: .default, number: number, maxUses: .set(8)), in: &context)
            _ = try Codes.revoke(number, tenant: .default, in: &context)
        }
    }

    private func storeAnswers() {
        for length in [0, 20, 1954, 1955, 9000] {
            node.decide { context in
                let key = IdempotencyKey(
                    tenant: .default, credential: EntityNumber(rawValue: UInt64(length)), key: "k\(length)")
                let record = IdempotencyRecord(
                    fingerprint: [UInt8](repeating: 7, count: 32), createdAt: context.now, status: 201, kind: 1,
                    body: [UInt8](repeating: UInt8(ascii: "b"), count: length))
                Idempotency.store(record, for: key, in: &context)
                context.state.put(Tables.pendingInvitations, RecordKeysForTests.invitation) {
                    $0.append(UInt32(length))
                }
            }
        }
    }

    private func bigCommands() {
        node.decide { context throws(Rejection) in
            let command = GenerateCodes(tenant: .default, count: 1500, terms: CodeTerms(campaign: nil, maxUses: 1))
            guard let big = try BigGeneration.begin(command, in: &context) else { return }
            _ = try big.write(big.pieces[0], in: &context)
            _ = try BigGeneration.begin(command, in: &context)
        }
    }

    /// A programme in which somebody brings others, one of them with a holding time.
    private func refer() {
        let policy = """
            {"referrer":{"trigger":"on_redemption","amount":500,"currency":"EUR","hold_seconds":3600},
             "referee":{"amount":3,"unit":"points"},"per_referrer_total":2,"family":"friends"}
            """
        let text = node.decide { context throws(Rejection) -> String in
            let campaign = try Campaigns.create(
                CreateCampaign(
                    tenant: .default, key: "friends", name: "Friends", type: "referral", status: "active",
                    rewardPolicy: Array(policy.utf8)), in: &context)
            return try Codes.createVanity(
                CreateVanityCode(
                    tenant: .default, text: "FRIENDS",
                    terms: CodeTerms(campaign: campaign.number, maxUses: 9, issuer: AccountID("ada"))), in: &context
            ).text
        }
        guard let text, let code = CodeText(raw: text) else { return }
        node.claim(["r1", "r2", "r3"].map { .redeem(code, by: $0) })
        guard case .redeemed(let row, _)? = node.acknowledged.last?.outcome, let referral = row.referral?.value else {
            return
        }
        node.decide { context throws(Rejection) in
            _ = try Referrals.qualify(referral.number, tenant: .default, in: &context)
        }
    }

    // MARK: The frames and tables that it leaves

    /// The headers and bodies of all frames without their events, as one hash; compression is the library's matter and
    /// left out.
    func framesHash() throws -> String {
        var hash = SHA256()
        let reader = try JournalReader(SimulatedNode.journal(node.disk), after: JournalPoint.beginning.position)
        while let header = try reader.next(through: node.sequencer.logged.position) {
            hash.update(
                data: Array(
                    "\(header.firstSequence) \(header.commandCount) \(header.time.milliseconds) \(header.digest) ".utf8)
            )
            hash.update(data: Array("\(header.epoch) ".utf8))
            try reader.withContents { payload in
                try payload.withUnsafeBytes { bytes in
                    let effects = bytes.count - (try eventBytes(bytes))
                    hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes[..<effects]))
                }
            }
        }
        return text(hash)
    }

    /// The length of the section of a body's events, which is its last.
    private func eventBytes(_ body: UnsafeRawBufferPointer) throws -> Int {
        var length = 0
        try FrameBody.decode(body) { table, _, key, value in
            guard table == FrameEvents.table else { return }
            // Table, count of parts; then of each part two lengths of a byte, a length of one or two, key and value.
            length += (length == 0 ? 2 : 0) + 2 + (value.count > 31 ? 2 : 1) + key.count + value.count
        }
        return length
    }

    /// The events of all frames, as one hash, and how many there are of each kind.
    func events() throws -> (hash: String, counts: [String: Int]) {
        var hash = SHA256()
        var counts: [String: Int] = [:]
        let reader = try JournalReader(SimulatedNode.journal(node.disk), after: JournalPoint.beginning.position)
        while let header = try reader.next(through: node.sequencer.logged.position) {
            for event in try reader.withContents({ try EventReader.events(of: header, $0) }) {
                let actor = "\(event.actor.word) \(event.actor.key?.rawValue ?? 0)"
                hash.update(
                    data: Array(
                        "\(event.id) \(event.kind.word) \(event.tenant.rawValue) \(event.subject.rawValue) \(actor) "
                            .utf8)
                )
                counts[event.kind.word, default: 0] += 1
            }
        }
        return (text(hash), counts)
    }

    /// The hash of every table's records, by its name, with their number.
    func tableHashes() throws -> [String: String] {
        let snapshot = try node.settledSnapshot()
        var hashes: [String: String] = [:]
        for table in snapshot.tables {
            var hash = SHA256()
            var records = 0
            snapshot.scan(table.id, prefix: Key(), from: nil, descending: false) { key, value in
                records += 1
                hash.update(data: Array("\(key.byteCount) \(value.byteCount) ".utf8))
                key.withUnsafeBytes { hash.update(bufferPointer: $0) }
                value.withUnsafeBytes { hash.update(bufferPointer: $0) }
                return true
            }
            hashes["\(table.id.rawValue) \(table.name)"] = "\(records) " + text(hash)
        }
        return hashes
    }

    private func text(_ hash: SHA256) -> String {
        hash.finalize().prefix(8).map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }
}

extension AccountID {
    fileprivate static var one: AccountID {
        guard let one = AccountID("1") else { preconditionFailure("1 is an account id") }
        return one
    }
}

/// The key of a record that no command writes yet.
enum RecordKeysForTests {
    static var invitation: Key {
        var key = Key()
        key.append(compact: UInt64(TenantNumber.default.rawValue))
        key.append(bytes: [UInt8](repeating: 6, count: 32))
        return key
    }
}
