import Foundation

/// Holds: taken, asked for again, extended, confirmed, released, left to run out.
extension Step {
    static let holdSteps: [Step] = [
        Step("hold-confirm", .holds, weight: 30) { soak, dice in
            guard let (place, hold, _) = try await soak.takeHold(seconds: 120, using: &dice) else { return }
            await soak.rest(.milliseconds(dice.number(0...1500)))
            try await soak.confirm(hold, of: place)
            if dice.chance(30) { try await soak.confirm(hold, of: place) }
        },
        Step("hold-release", .holds, weight: 25) { soak, dice in
            guard let (place, hold, _) = try await soak.takeHold(seconds: 120, using: &dice) else { return }
            await soak.rest(.milliseconds(dice.number(0...1000)))
            guard try await soak.releaseHold(hold, of: place) else { return }
            let reply = try await soak.administer(
                "POST", Soak.user + "/holds/\(hold)/confirm", "", key: soak.keys.prober)
            soak.findings.expect(
                reply.status == 409 || reply.status >= 500 || reply.status == 421, .holdsKeepTheirWord,
                "hold \(hold) was released, and a confirmation says \(reply.brief)")
        },
        Step("hold-run-out", .holds, weight: 20) { soak, dice in
            let seconds = dice.number(1...4)
            guard let (place, hold, expires) = try await soak.takeHold(seconds: seconds, using: &dice) else { return }
            await soak.rest(.seconds(max(0, expires.timeIntervalSinceNow) + 0.2))
            let reply = try await soak.administer("GET", Soak.user + "/holds/\(hold)", key: soak.keys.prober)
            let answer = reply.json["hold"] as? [String: Any]
            let state = answer?["state"] as? String
            // A second request for the hold whose answer was lost makes the place doubtful, and such places are claimed.
            let isRedeemed =
                state == "confirmed"
                && soak.book.mayBeRedeemed(place, as: (answer?["redemption_id"] as? NSNumber)?.intValue)
            soak.findings.expect(
                reply.status != 200 || state == "expired" || isRedeemed, .holdsKeepTheirWord,
                "hold \(hold) of \(place.redeemer) has run out at \(expires) and says \(reply.brief)")
        },
        Step("hold-extend", .holds, weight: 20) { soak, dice in
            let seconds = dice.number(3...5)
            guard let (place, hold, first) = try await soak.takeHold(seconds: seconds, using: &dice) else { return }
            await soak.rest(.milliseconds(dice.number(0...1000)))
            guard try await soak.extend(hold, of: place, seconds: dice.number(20...90)) else { return }
            // Others want the place meanwhile; beyond its first end it is still this one's.
            await soak.rest(.seconds(max(0, first.timeIntervalSinceNow) + 0.2))
            if dice.chance(30) { guard try await soak.extend(hold, of: place, seconds: 120) else { return } }
            try await soak.confirm(hold, of: place)
        },
        Step("hold-redeem", .holds, weight: 15) { soak, dice in
            guard let (place, _, _) = try await soak.takeHold(seconds: 120, using: &dice) else { return }
            try await soak.claim(place, key: soak.keys.prober)
        },
        Step("hold-keep", .holds, weight: 5) { soak, dice in
            _ = try await soak.takeHold(seconds: dice.number(20...90), using: &dice)
        },
    ]
}

extension Soak {
    /// Takes a hold, and now and then asks for it again.
    fileprivate func takeHold(seconds: Int, using dice: inout Dice) async throws -> (ClaimBook.Place, Int, Date)? {
        let code = dice.chance(60) ? dice.pick(codes.contended) : codes.endless
        guard let code, let url = await primaryURL() else { return nil }
        let place = ClaimBook.Place(target: code.text, redeemer: Soak.somebody(using: &dice))
        var body = Soak.body(place)
        body["ttl_seconds"] = seconds
        var taken: (id: Int, expires: Date)?
        for _ in 0..<(dice.chance(25) ? 2 : 1) {
            book.begin(place)
            do {
                let reply = try await client.send("POST", url + Soak.user + "/holds", Soak.json(body), key: keys.prober)
                check(reply, "POST /holds")
                let fate = Fate(reply)
                book.end(place, fate, at: reply.position)
                guard case .hold(let id, _, let expires) = fate else { break }
                taken = (id, expires)
            } catch {
                book.end(place, Fate(error))
                break
            }
        }
        return taken.map { (place, $0.id, $0.expires) }
    }

    /// Confirms a hold that is live.
    fileprivate func confirm(_ hold: Int, of place: ClaimBook.Place) async throws {
        guard let url = await primaryURL() else { return }
        let ends = book.target(place.target)?.liveHolds[hold]
        book.begin(place)
        do {
            let reply = try await client.send(
                "POST", url + Soak.user + "/holds/\(hold)/confirm", "", key: keys.prober)
            check(reply, "POST /holds/{id}/confirm")
            let fate = Fate(reply)
            if case .refused(let reason) = fate, let ends, ends > Date(timeIntervalSinceNow: 1),
                book.target(place.target)?.isRevoked != true
            {
                findings.report(
                    .holdsKeepTheirWord, "hold \(hold) lives until \(ends), and a confirmation says \(reason)")
            }
            book.end(place, fate, at: reply.position)
        } catch {
            book.end(place, Fate(error))
        }
    }

    /// Moves the end of a live hold to later; true when that is certain.
    fileprivate func extend(_ hold: Int, of place: ClaimBook.Place, seconds: Int) async throws -> Bool {
        let mustLive = book.mustLive(hold: hold, of: place)
        let reply = try await administer(
            "POST", Soak.user + "/holds/\(hold)/extend", Soak.json(["ttl_seconds": seconds]), key: keys.prober)
        if [404, 409, 410].contains(reply.status), mustLive, book.mustLive(hold: hold, of: place) {
            findings.report(
                .holdsKeepTheirWord, "hold \(hold) of \(place.redeemer) is live, and its extension says \(reply.brief)")
        }
        guard reply.status == 200 else { return false }
        let answer = reply.json["hold"] as? [String: Any]
        guard answer?["state"] as? String == "held", let end = (answer?["expires_at"] as? String).flatMap(Fate.date)
        else {
            findings.report(.holdsKeepTheirWord, "the extension of hold \(hold) says \(reply.brief)")
            return false
        }
        book.extended(hold: hold, of: place, until: end)
        return true
    }

    /// Gives a hold back; true when that is certain.
    fileprivate func releaseHold(_ hold: Int, of place: ClaimBook.Place) async throws -> Bool {
        book.releasing(hold: hold, of: place)
        let reply = try await administer("POST", Soak.user + "/holds/\(hold)/release", "", key: keys.prober)
        let state = (reply.json["hold"] as? [String: Any])?["state"] as? String
        findings.expect(
            reply.status != 200 || state == "released", .holdsKeepTheirWord,
            "the release of hold \(hold) says \(reply.brief)")
        return reply.status == 200
    }
}
