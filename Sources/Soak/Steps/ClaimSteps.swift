import Foundation
import NIOHTTP1

/// Single claims, their repeats, and batches.
extension Step {
    static let claimSteps: [Step] = [
        Step("claim-contended", .claims, weight: 30) { soak, dice in
            guard let code = dice.pick(soak.codes.contended) else { return }
            let place = ClaimBook.Place(target: code.text, redeemer: Soak.somebody(using: &dice))
            let reply = try await soak.claim(place, key: soak.keys.claims(using: &dice))
            // A few more are turned away before another code takes its place.
            if reply?.code == "exhausted", dice.chance(10) { soak.codes.remove(contended: code.text) }
        },
        Step("claim-endless", .claims, weight: 30) { soak, dice in
            guard let code = soak.codes.endless else { return }
            let place = ClaimBook.Place(target: code.text, redeemer: Soak.somebody(using: &dice))
            try await soak.claim(place, key: soak.keys.claims(using: &dice))
        },
        Step("claim-campaign", .claims, weight: 8) { soak, dice in
            guard let seats = soak.codes.seats else { return }
            let place = ClaimBook.Place(target: "campaign:" + seats.key, redeemer: Soak.somebody(using: &dice))
            try await soak.claim(place, key: soak.keys.claims(using: &dice))
        },
        Step("claim-again", .claims, weight: 20) { soak, dice in
            guard let place = soak.book.someAcknowledged(1, recent: 0, using: &dice).first else { return }
            try await soak.claim(place, key: soak.keys.claims(using: &dice))
        },
        Step("claim-doubtful", .claims, weight: 10) { soak, dice in
            guard let place = soak.book.takeDoubtful(using: &dice) else { return }
            // After a refusal the request whose answer was lost has given no place either.
            if try await soak.claimUntilKnown(place) != nil { soak.book.settle(place) }
        },
        Step("claim-idempotent", .claims, weight: 8) { soak, dice in
            guard let code = soak.codes.endless else { return }
            let place = ClaimBook.Place(target: code.text, redeemer: Soak.somebody(using: &dice))
            let key = "soak-" + dice.text(12)
            // The key of the prober: a stored answer belongs to the credential, and this one is not revoked.
            let first = try await soak.claim(place, key: soak.keys.prober, idempotencyKey: key)
            await soak.rest(.milliseconds(dice.number(0...1500)))
            for _ in 0..<dice.number(1...3) {
                let again = try await soak.claim(place, key: soak.keys.prober, idempotencyKey: key)
                guard let first, let again, first.status == 200, again.status == 200 else { continue }
                let isReplay = again.headers.first(name: "idempotent-replayed") == "true"
                soak.findings.expect(
                    isReplay && again.body == first.body, .repeatsAgree,
                    "Idempotency-Key \(key): first \(first.brief), then \(isReplay ? "" : "not replayed ")\(again.brief)"
                )
            }
        },
        Step("claim-batch", .claims, weight: 3) { soak, dice in
            try await soak.claimBatch(using: &dice)
        },
    ]
}

extension Soak {
    /// Claims many places with one request; lines without an answer are unknown.
    fileprivate func claimBatch(using dice: inout Dice) async throws {
        let targets = codes.contended + [codes.endless].compactMap { $0 }
        guard let url = await primaryURL(), !targets.isEmpty else { return }
        let places = (0..<dice.number(1...60)).compactMap { _ in
            dice.pick(targets).map { ClaimBook.Place(target: $0.text, redeemer: Soak.somebody(using: &dice)) }
        }
        let revoked = places.map { book.begin($0) }
        let lines = places.map { Soak.json(Soak.body($0)) }.joined(separator: "\n") + "\n"
        do {
            let reply = try await client.send(
                "POST", url + Soak.user + "/redeem/batch", lines, key: keys.claims(using: &dice),
                headers: ["content-type": "application/x-ndjson"])
            check(reply, "POST /redeem/batch")
            guard reply.status == 200 else {
                for place in places { book.end(place, Fate(reply)) }
                return
            }
            let answers = reply.text.split(separator: "\n").map { line in
                (try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]) ?? [:]
            }
            findings.expect(
                answers.count == places.count, .answersAreKnown,
                "a batch of \(places.count) lines has \(answers.count) answers")
            for (index, place) in places.enumerated() {
                guard index < answers.count, let status = answers[index]["status"] as? Int else {
                    book.end(place, .unknown("batch line without an answer"))
                    continue
                }
                let code = answers[index]["code"] as? String ?? answers[index]["error"] as? String ?? ""
                book.end(
                    place, Fate(status: status, json: answers[index], code: code), at: reply.position,
                    wasRevoked: revoked[index])
            }
        } catch {
            for place in places { book.end(place, Fate(error)) }
        }
    }
}
