import Journal
import Store
import TestSupport
import Testing

@testable import Domain

@Suite("Codes")
struct CodeTests {
    @Test(
        "Normalising trims, upper-cases, drops separators and maps look-alikes",
        arguments: [
            (" ab-cd_ef \n", "ABCDEF"), ("il oO", "1100"), ("u.v", "U.V"), ("a\tb", "A\tB"), ("\u{0}X\u{0B}", "X"),
            ("ABC", "ABC"), ("straße", "STRAßE"),
        ])
    func normalise(raw: String, normal: String) {
        #expect(CodeText(raw: raw)?.text == normal)
    }

    @Test("Normalising twice is normalising once, and the length is that of what was typed", arguments: 1...200)
    func normaliseLaws(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array(" -_\t\n\0ilouILOUabcXYZ019.é")
        let raw = String(
            (0..<Int.random(in: 0...140, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            })
        let isEmpty = raw.unicodeScalars.allSatisfy { " -_\t\n\r\0\u{B}".unicodeScalars.contains($0) }
        guard let once = CodeText(raw: raw) else {
            #expect(raw.unicodeScalars.count > 128 || isEmpty)
            return
        }
        #expect(raw.unicodeScalars.count <= 128 && !isEmpty)
        #expect(CodeText(raw: once.text) == once)
        #expect(
            CodeText(raw: raw.lowercased())?.text == CodeText(raw: raw.lowercased().uppercased())?.text
                || raw.contains("é"))
    }

    @Test(
        "A text of which nothing is left is no code", arguments: ["", " ", "-", "_ -", "-\t-", "\0", " \r\n", "\u{B}_"])
    func empty(raw: String) {
        #expect(CodeText(raw: raw) == nil)
    }

    @Test("Random codes have the asked length and the alphabet, and none twice")
    func generate() throws {
        let world = try World()
        let command = GenerateCodes(
            tenant: world.tenant, count: 2000, length: 6,
            terms: CodeTerms(maxUses: 3, issuer: AccountID("42"), metadata: json(#"{"k":"v"}"#)))
        let batch = try world.attempt { (context) throws(Rejection) in try Codes.generate(command, in: &context) }
        #expect(batch.count == 2000)
        let texts = Set((0..<batch.count).map { batch.text(at: $0) })
        #expect(texts.count == 2000)
        #expect(texts.allSatisfy { $0.utf8.count == 6 && $0.utf8.allSatisfy { CodeAlphabet.value(of: $0) != nil } })
        let view = batch.view(at: 7)
        #expect(try world.codeView(batch.number(at: 7)) == view)
        #expect(view.capacity == Capacity(limit: 3, used: 0, held: 0))
        #expect(view.metadata == json(#"{"k":"v"}"#) && view.issuer == AccountID("42"))
        #expect(try world.violations().isEmpty)
    }

    @Test("A text that exists is drawn again")
    func collision() throws {
        let world = try World(seed: 5)
        var copy = SeededGenerator(seed: 5)
        // Bootstrap drew the id secret and the signing key: six words. The next word is the first code.
        for _ in 0..<6 { _ = copy.next() }
        let first = CodeAlphabet.random(length: 8, using: &copy)
        let second = CodeAlphabet.random(length: 8, using: &copy)
        let row = ImportRow(line: 1, text: first)
        let command = ImportCodes(tenant: world.tenant, rows: [row])
        try world.attempt { (context) throws(Rejection) in try Codes.importRows(command, in: &context) }
        #expect(try world.code().text.text == second)
    }

    @Test("A batch that is malformed or too large for its length is rejected as a whole")
    func generateRejections() throws {
        let world = try World()
        func rejection(_ command: GenerateCodes) -> Rejection? {
            world.rejection { (context) throws(Rejection) in try Codes.generate(command, in: &context) }
        }
        let bad = rejection(
            GenerateCodes(
                tenant: world.tenant, count: 0, length: 33,
                terms: CodeTerms(maxUses: 0, expiresAt: world.now, grant: json("[]"), metadata: json("7"))))
        guard case .invalidFields(let fields) = bad else {
            Issue.record("expected field errors, got \(String(describing: bad))")
            return
        }
        #expect(Set(fields.names) == ["count", "length", "max_uses", "expires_at", "grant", "metadata"])
        let unknown = GenerateCodes(
            tenant: world.tenant, count: 1, terms: CodeTerms(campaign: EntityNumber(rawValue: 77_777)))
        #expect(rejection(unknown) == .notFound(entity: "Campaign"))
        guard
            case .conflict("keyspace_exhausted", _) =
                rejection(GenerateCodes(tenant: world.tenant, count: 600_000, length: 4))
        else {
            Issue.record("600,000 codes of 4 characters are more than half of all")
            return
        }
        #expect(Codes.list(CodeQuery(tenant: world.tenant), in: try world.snapshot(), now: world.now).items.isEmpty)
    }

    @Test(
        "A vanity code is refused for the first rule it breaks",
        arguments: [
            ("- -", "vanity_malformed"), ("api", "vanity_reserved"), ("ass", "vanity_profane"),
            ("null", "vanity_reserved"), ("fuck", "vanity_profane"), ("!!", "vanity_malformed"),
            ("a.bcd", "vanity_malformed"), (String(repeating: "A", count: 65), "vanity_malformed"),
            ("admin", "vanity_reserved"), ("R-O-O-T", "vanity_reserved"), ("test", "vanity_reserved"),
            ("system", "vanity_reserved"), ("shit", "vanity_profane"), ("5H1T", "vanity_profane"),
            ("big-4ss", "vanity_profane"), ("my sh1t", "vanity_profane"), ("s-h-i-t", "vanity_profane"),
        ])
    func vanityRefusals(raw: String, code: String) throws {
        let world = try World()
        let command = CreateVanityCode(tenant: world.tenant, text: raw)
        let rejection = world.rejection { (context) throws(Rejection) in
            try Codes.createVanity(command, in: &context)
        }
        guard case .conflict(code, _) = rejection else {
            Issue.record("expected \(code), got \(String(describing: rejection))")
            return
        }
    }

    @Test(
        "Words that only contain a bad one are fine, and a text is given once",
        arguments: ["CLASS", "first class", "PASS", "Br4ss", "XYZ", "7", "Summer-27", "u"])
    func vanity(raw: String) throws {
        let world = try World()
        let command = CreateVanityCode(tenant: world.tenant, text: raw, terms: CodeTerms(maxUses: 2))
        let view = try world.attempt { (context) throws(Rejection) in try Codes.createVanity(command, in: &context) }
        #expect(view.kind == .vanity && view.text == CodeText(raw: raw)?.text)
        let again = world.rejection { (context) throws(Rejection) in try Codes.createVanity(command, in: &context) }
        guard case .conflict("vanity_taken", _) = again else {
            Issue.record("expected vanity_taken, got \(String(describing: again))")
            return
        }
    }

    @Test("An import takes the good rows and reports the bad ones; an atomic one takes all or none")
    func importRows() throws {
        let world = try World()
        let campaign = try world.campaign("old")
        let rows = [
            ImportRow(line: 2, text: "summer-24", kind: "vanity", terms: CodeTerms(maxUses: 5), campaignKey: "old"),
            ImportRow(line: 3, text: ""),
            ImportRow(line: 4, text: "SUMMER 24"),
            ImportRow(line: 5, text: "A", kind: "signed"),
            ImportRow(line: 6, text: "B", campaignKey: "none"),
            ImportRow(line: 7, text: "C", terms: CodeTerms(maxUses: -1)),
            ImportRow(line: 8, text: "D", terms: CodeTerms(metadata: json("{}"))),
        ]
        let all = ImportCodes(tenant: world.tenant, rows: rows, atomic: true)
        let refused = try world.attempt { (context) throws(Rejection) in try Codes.importRows(all, in: &context) }
        #expect(refused.imported == 0 && refused.failures.count == 5)
        let good = ImportCodes(tenant: world.tenant, rows: rows)
        let report = try world.attempt { (context) throws(Rejection) in try Codes.importRows(good, in: &context) }
        #expect(report.imported == 2)
        #expect(report.failures.map(\.line) == [3, 4, 5, 6, 7])
        #expect(
            report.failures.map(\.code)
                == ["malformed", "duplicate", "invalid_field", "campaign_not_found", "invalid_field"])
        let again = try world.attempt { (context) throws(Rejection) in try Codes.importRows(good, in: &context) }
        #expect(again.failures.filter { $0.code == "taken" }.count == 3)
        let text = try #require(CodeText(raw: "Summer24"))
        let number = try #require(Codes.number(text: text, tenant: world.tenant, state: world.state))
        #expect(try world.codeView(number).campaign == campaign)
        #expect(try world.violations().isEmpty)
    }

    @Test("Places are changed by compare-and-swap and never below what is taken")
    func patch() throws {
        let world = try World()
        let code = try world.code(maxUses: 5)
        _ = try world.claim(code, quantity: 2)
        _ = try world.claim(code, by: "bob", kind: .hold(ttlSeconds: 60))
        let seen = try world.codeView(code.number)
        func patch(_ command: PatchCode) throws(Rejection) -> CodeView {
            try world.attempt { (context) throws(Rejection) in try Codes.patch(command, in: &context) }
        }
        let base = PatchCode(tenant: world.tenant, number: code.number)
        var tooFew = base
        tooFew.maxUses = .set(2)
        let below = world.rejection { (context) throws(Rejection) in try Codes.patch(tooFew, in: &context) }
        guard case .conflict("below_taken", _) = below else {
            Issue.record("expected below_taken, got \(String(describing: below))")
            return
        }
        var exact = base
        exact.maxUses = .set(3)
        exact.expectedVersions = [seen.version]
        let changed = try patch(exact)
        #expect(changed.capacity == Capacity(limit: 3, used: 2, held: 1))
        #expect(changed.version != seen.version)
        #expect(throws: Rejection.versionMismatch) { _ = try patch(exact) }
        var past = base
        past.expiresAt = .set(world.now)
        #expect(world.rejection { (context) throws(Rejection) in try Codes.patch(past, in: &context) } != nil)
        var end = base
        end.expiresAt = .set(world.now.adding(seconds: 5))
        #expect(try patch(end).expiresAt == world.now.adding(seconds: 5))
        end.expiresAt = .set(nil)
        #expect(try patch(end).expiresAt == nil)
        #expect(try world.violations().isEmpty)
    }

    @Test(
        "A code's state is derived: revoked, used up, expired, active, in this order; revoking twice is revoking once")
    func states() throws {
        let world = try World()
        let end = world.now.adding(seconds: 10)
        let one = try world.code(expiresAt: end)
        let two = try world.code(maxUses: 2, expiresAt: end)
        let idle = try world.code(expiresAt: end)
        _ = try world.claim(one)
        _ = try world.claim(two, quantity: 2)
        #expect(try world.codeView(idle.number).state == .active)
        world.now = end
        #expect(try world.codeView(one.number).state == .redeemed)
        #expect(try world.codeView(two.number).state == .exhausted)
        #expect(try world.codeView(idle.number).state == .expired)
        try world.revoke(one.number)
        let revoked = try world.codeView(one.number)
        #expect(revoked.state == .revoked && revoked.revokedAt == end)
        world.now = end.adding(seconds: 5)
        try world.revoke(one.number)
        #expect(try world.codeView(one.number) == revoked)
        #expect(throws: Rejection.notFound(entity: "Code")) { try world.revoke(EntityNumber(rawValue: 88_888)) }
    }
}

@Suite("Signed codes")
struct SignedCodeTests {
    func sign(_ world: World, _ campaign: EntityNumber?, maxUses: Int64? = 2, expiresAt: Timestamp? = nil) throws
        -> SignedCode
    {
        let command = SignCode(tenant: world.tenant, campaign: campaign, maxUses: maxUses, expiresAt: expiresAt)
        return try world.attempt { (context) throws(Rejection) in
            try Codes.sign(command, in: &context).codes(0..<1, in: context.state)[0]
        }
    }

    @Test("Many signed codes with equal terms differ, each works once, and a repeat makes the same texts")
    func many() throws {
        let world = try World()
        let campaign = try world.campaign("launch")
        let order = SignCode(
            tenant: world.tenant, count: 500, campaignKey: "launch", expiresAt: world.now.adding(seconds: 60))
        let made = try world.attempt { (context) throws(Rejection) in try Codes.sign(order, in: &context) }
        let codes = made.codes(0..<500, in: world.state)
        #expect(Set(codes.map(\.text)).count == 500)
        #expect(codes.allSatisfy { $0.campaign == campaign && $0.campaignKey == "launch" && $0.maxUses == 1 })
        let again = SignedCodes(decoding: made.encoded.span.bytes)
        #expect(again == made && again?.codes(100..<200, in: world.state) == Array(codes[100..<200]))
        for cut in 0..<made.encoded.count {
            #expect(SignedCodes(decoding: Array(made.encoded.prefix(cut)).span.bytes) == nil)
        }
        for code in [codes[0], codes[499]] {
            let text = try #require(CodeText(raw: code.text))
            #expect(try world.claim(.code(text)).isFresh)
            #expect(try world.claim(.code(text), by: "bob").reason == .exhausted)
        }
        let more = try world.attempt { (context) throws(Rejection) in try Codes.sign(order, in: &context) }
        #expect(Set(more.codes(0..<500, in: world.state).map(\.text)).isDisjoint(with: codes.map(\.text)))
        for count in [0, 1_000_001] as [Int64] {
            let bad = SignCode(tenant: world.tenant, count: count)
            let rejection = world.rejection { (context) throws(Rejection) in try Codes.sign(bad, in: &context) }
            #expect(rejection == .invalidFields(["count": ["Must be between 1 and 1000000."]]))
        }
        #expect(try world.violations().isEmpty)
    }

    @Test("A signed code works without a row; the first claim makes one with the signed terms")
    func firstClaim() throws {
        let world = try World()
        let campaign = try world.campaign()
        let signed = try sign(world, campaign, expiresAt: world.now.adding(seconds: 60))
        #expect(signed.text.utf8.count == 56)
        let text = try #require(CodeText(raw: signed.text.lowercased()))
        #expect(Codes.number(text: text, tenant: world.tenant, state: world.state) == nil)
        #expect(
            Claims.validate(text, tenant: world.tenant, state: world.state, now: world.now)
                == .valid(kind: .signed, remaining: 2))
        let redemption = try #require(try world.claim(.code(text)).redemption)
        #expect(redemption.campaign == campaign)
        #expect(try world.claim(.code(text)) == .redeemed(redemption, already: true))
        #expect(try world.claim(.code(text), by: "bob").isFresh)
        #expect(try world.claim(.code(text), by: "eve").reason == .exhausted)
        let view = try world.codeView(try #require(redemption.code))
        #expect(view.kind == .signed && view.text == signed.text && view.expiresAt == signed.expiresAt)
        #expect(try world.violations().isEmpty)
    }

    @Test("A signed code ends at the millisecond that was asked for; only such ends make it longer")
    func milliseconds() throws {
        let world = try World()
        let base = world.now.milliseconds / 1000 * 1000
        let far = Int64(UInt32.max) * 1000
        for (milliseconds, length) in [
            (base + 5000, 56), (base + 5999, 64), (base + 5001, 64), (far, 56), (far + 1000, 64), (far + 1, 64),
            (Timestamp.storable.upperBound.milliseconds, 64),
        ] {
            let asked = Timestamp(milliseconds: milliseconds)
            let signed = try sign(world, nil, expiresAt: asked)
            #expect(signed.expiresAt == asked && signed.text.utf8.count == length, "\(milliseconds)")
            let text = try #require(CodeText(raw: signed.text))
            let payload = SignedPayload.verify(text, tenant: world.tenant, state: world.state)
            #expect(payload?.expiresAt == asked && payload?.maxUses == 2)
        }
        #expect(throws: Rejection.self) { try sign(world, nil, expiresAt: world.now) }
    }

    @Test("A refused first claim leaves no row")
    func refusedFirstClaim() throws {
        let world = try World()
        let campaign = try world.campaign(perUser: 1)
        let text = try #require(CodeText(raw: try sign(world, campaign).text))
        #expect(try world.claim(.code(text), quantity: 2).reason == .limitReached)
        #expect(try world.claim(.code(text), quantity: 3).reason == .exhausted)
        #expect(Codes.number(text: text, tenant: world.tenant, state: world.state) == nil)
    }

    @Test("Every changed character makes it invalid; its time over, it is expired")
    func tampered() throws {
        let world = try World()
        for fraction in [0, 1] as [Int64] {
            let end = Timestamp(milliseconds: (world.now.milliseconds / 1000 + 60) * 1000 + fraction)
            let signed = try sign(world, nil, expiresAt: end)
            let characters = Array(signed.text)
            for index in characters.indices {
                var changed = characters
                changed[index] = changed[index] == "7" ? "8" : "7"
                let text = try #require(CodeText(raw: String(changed)))
                #expect(try world.claim(.code(text)).reason == .invalid, "character \(index)")
            }
            world.now = end
            #expect(try world.claim(.code(try #require(CodeText(raw: signed.text)))).reason == .expired)
        }
    }

    @Test("Two codes with equal terms differ, another tenant's is invalid, and old keys stay good after a rotation")
    func rotation() throws {
        let world = try World()
        let first = try sign(world, nil)
        let second = try sign(world, nil)
        #expect(first.text != second.text)
        let id = try world.attempt { (context) throws(Rejection) in try SigningKeys.rotate(in: &context) }
        #expect(id == 2)
        let third = try sign(world, nil)
        for code in [first, second, third] {
            #expect(try world.claim(.code(try #require(CodeText(raw: code.text)))).isFresh)
        }
        let other = try world.attempt { (context) throws(Rejection) in
            try Tenants.create(id: "other", name: nil, in: &context)
        }
        let fourth = try #require(CodeText(raw: try sign(world, nil).text))
        let command = ClaimCommand(tenant: other.number, target: .code(fourth), redeemer: try #require(AccountID("x")))
        #expect(Answer(world.run { Claims.decide(command, in: &$0) }).reason == .invalid)
    }

    @Test("The terms of a signed code are checked")
    func terms() throws {
        let world = try World()
        for command in [
            SignCode(tenant: world.tenant, maxUses: 0), SignCode(tenant: world.tenant, maxUses: 1 << 32),
            SignCode(tenant: world.tenant, expiresAt: world.now),
            SignCode(tenant: world.tenant, expiresAt: Timestamp(milliseconds: .max)),
        ] {
            let rejection = world.rejection { (context) throws(Rejection) in try Codes.sign(command, in: &context) }
            guard case .invalidFields = rejection else {
                Issue.record("expected field errors, got \(String(describing: rejection))")
                return
            }
        }
    }
}
