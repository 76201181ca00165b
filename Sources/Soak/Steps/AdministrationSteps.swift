import Foundation

/// Administers codes and keys.
extension Step {
    static let administrationSteps: [Step] = [
        Step("make-code", .administration, weight: 30) { soak, dice in
            guard soak.codes.contended.count < 6 else { return }
            try await soak.makeContendedCode(using: &dice)
        },
        Step("make-seats", .administration, weight: 4) { soak, dice in try await soak.makeSeats(using: &dice) },
        Step("generate-many", .administration, weight: 3) { soak, dice in
            let count = dice.number(0...3) == 0 ? 50_000 : dice.number(1001...8000)
            try await soak.generate(count)
        },
        Step("import", .administration, weight: 5) { soak, dice in try await soak.importCodes(using: &dice) },
        Step("key-make", .administration, weight: 10) { soak, dice in
            guard let key = try await soak.makeKey("claims", name: "client-" + dice.text(6)) else { return }
            soak.keys.add(claims: key.id, key.text)
            try await soak.expectKey(key.text, works: true)
        },
        Step("key-revoke", .administration, weight: 8) { soak, dice in
            guard let key = soak.keys.takeOldest(leaving: 2) else { return }
            let reply = try await soak.administer(
                "DELETE", Soak.administration + "/keys/\(key.id)", key: KeyRing.root)
            guard reply.status < 300 else { return }
            try await soak.expectKey(key.text, works: false)
        },
        Step("revoke-code", .administration, weight: 6) { soak, dice in
            guard soak.codes.contended.count > 2, let code = dice.pick(soak.codes.contended) else { return }
            soak.codes.remove(contended: code.text)
            let reply = try await soak.administer("POST", Soak.administration + "/codes/\(code.id)/revoke", "")
            if reply.status == 200 { soak.book.revoked(code.text) }
            let place = ClaimBook.Place(target: code.text, redeemer: Soak.somebody(using: &dice))
            try await soak.claim(place, key: soak.keys.prober)
        },
        Step("release-redemption", .administration, weight: 8) { soak, dice in
            try await soak.releaseAndClaimAgain(using: &dice)
        },
    ]
}

extension Soak {
    /// Makes a code with few places and lets clients claim it.
    func makeContendedCode(using dice: inout Dice) async throws {
        let limit = dice.number(1...120)
        let body: [String: Any] = ["count": 1, "max_uses": limit, "campaign_id": codes.campaign]
        let reply = try await administer("POST", Soak.administration + "/codes", Soak.json(body))
        guard reply.status == 201, let row = reply.rows.first, let id = row["id"] as? Int,
            let text = row["code"] as? String
        else { return }
        ids.note(.code, id, of: "code \(text)")
        book.add(target: text, limit: limit)
        codes.add(contended: CodePool.Code(id: id, text: text, limit: limit))
    }

    /// Makes a campaign that is claimed without a code.
    func makeSeats(using dice: inout Dice) async throws {
        let (key, limit) = ("seats-" + dice.text(8).lowercased(), dice.number(5...300))
        let reply = try await administer(
            "POST", Soak.administration + "/campaigns",
            Soak.json(["key": key, "name": key, "type": "capacity", "status": "active", "max_redemptions_total": limit])
        )
        guard reply.status == 201, let id = reply.data["id"] as? Int else { return }
        ids.note(.campaign, id, of: "campaign \(key)")
        book.add(target: "campaign:" + key, limit: limit)
        codes.set(seats: id, key)
    }

    /// Makes many codes with one command, whose answer streams.
    fileprivate func generate(_ count: Int) async throws {
        let body: [String: Any] = ["count": count, "max_uses": 1, "length": 12]
        let reply = try await administer(
            "POST", Soak.administration + "/codes", Soak.json(body), headers: ["accept": "text/csv"])
        guard reply.status == 201 else { return }
        let rows = reply.text.split(whereSeparator: \.isNewline).count - 1
        findings.expect(rows == count, .allOrNothing, "\(count) codes were asked for, \(rows) were answered")
    }

    /// Imports good rows and some that must be reported, and then the same file again.
    fileprivate func importCodes(using dice: inout Dice) async throws {
        let count = dice.number(10...1500)
        let texts = (0..<count).map { _ in "IMP" + dice.text(9) }
        let good = texts.map { "\($0),\(dice.number(1...9))" }
        let bad = [",1", "\(texts[0]),1"]
        let file = (["code,max_uses"] + good + bad).joined(separator: "\n") + "\n"
        let isAtomic = dice.chance(30)
        for attempt in 0..<2 {
            let reply = try await administer(
                "POST", Soak.administration + "/codes/import" + (isAtomic ? "?atomic=true" : ""), file,
                headers: ["content-type": "text/csv"])
            if isAtomic {
                findings.expect(
                    reply.status != 200, .allOrNothing, "an atomic import with bad rows says \(reply.brief)")
                continue
            }
            guard reply.status == 200 else { return }
            let report = reply.json["data"] as? [String: Any] ?? reply.json
            let expected = attempt == 0 ? count : 0
            findings.expect(
                report["imported"] as? Int == expected, .allOrNothing,
                "import \(attempt + 1) of \(count) good rows says \(reply.brief)")
        }
    }

    /// Makes a key; nil when that is not possible now.
    func makeKey(_ scope: String, name: String) async throws -> (id: Int, text: String)? {
        let reply = try await administer(
            "POST", Soak.administration + "/keys", Soak.json(["name": name, "scopes": [scope]]), key: KeyRing.root)
        guard reply.status == 201, let id = reply.data["id"] as? Int, let text = reply.data["key"] as? String
        else { return nil }
        ids.note(.key, id, of: "key \(name)")
        return (id, text)
    }

    /// Asks with a key right after it was made or revoked.
    fileprivate func expectKey(_ key: String, works: Bool) async throws {
        guard let code = codes.endless else { return }
        let reply = try await administer("POST", Soak.user + "/validate", Soak.json(["code": code.text]), key: key)
        guard reply.status == 200 || reply.status == 401 || reply.status == 403 else { return }
        findings.expect(
            (reply.status == 200) == works, .keysWork,
            "a key was \(works ? "made" : "revoked") and is then answered \(reply.brief)")
    }

    /// Claims, has the redemption released, and claims again as the same person.
    fileprivate func releaseAndClaimAgain(using dice: inout Dice) async throws {
        guard let code = codes.endless else { return }
        let place = ClaimBook.Place(target: code.text, redeemer: Soak.somebody(using: &dice))
        try await claim(place, key: keys.prober, isKept: false)
        guard let id = book.record(place)?.redemption else { return }
        book.releasing(redemption: id, of: place)
        let reply = try await administer("POST", Soak.administration + "/redemptions/\(id)/release", "")
        guard reply.status == 200 else { return }
        book.released(redemption: id, of: place)
        let again = try await claim(place, key: keys.prober, isKept: false)
        guard let again, case .place(let next, _) = Fate(again) else { return }
        findings.expect(next != id, .idsAreUnique, "redemption \(id) was released and is given out again")
    }
}
