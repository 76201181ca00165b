import Domain
import Testing

/// One claim, one way to answer: the same requests through every door give the same answers, state, counts and figures.
@Suite struct `Every door to a claim` {
    private static let passes = 2
    /// Run once: all other doors are compared with it.
    private static let plain = Task { try await DoorRun(ClaimDoors.plain).run() }
    private static let closed = Task { try await DoorRun(ClaimDoors.plain).runClosed() }

    @Test func `the plain door answers the script as it says, and counts it so`() async throws {
        let plain = try await Self.plain.value
        try #require(plain.answers.count == Self.passes * ClaimScript.steps.count)
        var counted: [String: UInt64] = [:]
        for (step, answer) in zip(ClaimScript.steps, plain.answers) {
            #expect(answer.status == step.status, "\(step.name): \(answer)")
            if let outcome = step.counted { counted[outcome, default: 0] += 1 }
        }
        let reasons = ["invalid", "revoked", "expired", "exhausted", "ineligible", "rate_limited", "limit_reached"]
        for outcome in reasons + ["hold_conflict", "redeemed", "held", "replayed"] {
            #expect(counted[outcome] != nil, "the script has \(outcome)")
        }
        for kind in ["code.redeemed", "hold.taken", "hold.confirmed", "hold.released", "hold.extended"] {
            let found = plain.events.filter { $0.hasPrefix(kind) }
            #expect(!found.isEmpty && found.allSatisfy { $0.hasSuffix("by key") || $0.hasSuffix("by root") }, "\(kind)")
        }
        #expect(plain.events.filter { $0.hasPrefix("hold.expired") }.allSatisfy { $0.hasSuffix("by clock") })
        #expect(plain.events.count { $0.hasPrefix("code.redeemed") } == counted["redeemed"].map(Int.init))
    }

    @Test func `an ineligible says why, and when it would be another answer`() async throws {
        let plain = try await Self.plain.value
        let causes = [
            "asleep": #""reason":"draft""#, "halted": #""reason":"paused""#, "by key": #""reason":"wrong_type""#,
            "later": #""reason":"not_started","starts_at":"2027-02-01T00:00:00.000Z""#,
            "held later": #""reason":"not_started","starts_at":"2027-02-01T00:00:00.000Z""#,
            "over": #""reason":"ended","ends_at":"2027-01-15T08:00:05.000Z""#,
        ]
        for (index, step) in ClaimScript.steps.enumerated() where step.counted == "ineligible" {
            let cause = try #require(causes[step.name])
            #expect(plain.answers[index].body.contains(#""error":"ineligible",\#(cause)"#), "\(step.name)")
            #expect(plain.answers[index].body.contains("_at") == cause.contains("_at"), "\(step.name)")
        }
        #expect(ClaimScript.steps.count { $0.counted == "ineligible" } == causes.count)
    }

    @Test(arguments: ClaimDoors.others)
    func `another door gives what the plain one gives`(door: ClaimDoor) async throws {
        let plain = try await Self.plain.value
        let other = try await DoorRun(door, holds: plain.holds).run()
        try #require(other.answers.count == plain.answers.count)
        for index in plain.answers.indices {
            let step = ClaimScript.steps[index % ClaimScript.steps.count]
            let label = "\(step.name), time \(index / ClaimScript.steps.count)"
            var expected = plain.answers[index]
            for contract in door.contracts where contract.applies(step, expected) { contract.change(&expected) }
            var got = other.answers[index]
            if door.positionsDiffer != nil || door.positionsOfOthersDiffer != nil && step.counted == nil {
                (expected, got) = (expected.withoutPosition, got.withoutPosition)
            }
            #expect(got == expected, "\(label)")
            if let position = other.answers[index].position, let inBody = other.answers[index].bodyPosition {
                #expect(inBody == position, "\(label)")
            }
        }
        #expect(other.pages == plain.pages)
        #expect(other.counts == (door.isKeyed ? Self.withRepeats(plain.counts) : plain.counts))
        // Answers that are stored are in the tables.
        #expect((other.digest == plain.digest) == !door.isKeyed)
        #expect(other.holds == plain.holds)
        let asker = door.usesRootKey ? "root" : "key"
        #expect(other.events == plain.events.map { $0.replacing("by key", with: "by \(asker)") })
        for contract in door.contracts {
            let isMet = plain.answers.indices.contains { index in
                contract.applies(ClaimScript.steps[index % ClaimScript.steps.count], plain.answers[index])
            }
            #expect(isMet, "nothing of the script is different because \(contract.reason)")
        }
    }

    /// The counts where each request comes twice: a success is answered from the stored answer, a refusal is decided
    /// again.
    private static func withRepeats(_ counts: [String: UInt64]) -> [String: UInt64] {
        var counts = counts
        for reason in RefusalReason.allCases {
            let refused = counts["usher_claims_total{outcome=\"\(reason.word)\"}"] ?? 0
            counts["usher_claims_total{outcome=\"\(reason.word)\"}"] = 2 * refused
            // Only holds that are confirmed end so, and confirming is not timed.
            if reason != .holdConflict { counts["usher_claim_duration_seconds_count", default: 0] += refused }
        }
        return counts
    }

    @Test func `a repeat under a key gives the success that was stored, and decides a refusal anew`() async throws {
        let keyedDoor = ClaimDoors.others.first { $0.isKeyed }
        let door = try #require(keyedDoor)
        let keyed = try await DoorRun(door).run()
        try #require(keyed.repeats.count == keyed.answers.count)
        for (index, again) in keyed.repeats.enumerated() {
            let label = ClaimScript.steps[index % ClaimScript.steps.count].name
            var expected = keyed.answers[index]
            expected.fields["usher-position"] = again.position
            if expected.status < 300 { expected.fields["idempotent-replayed"] = "true" }
            #expect(again == expected, "\(label)")
        }
    }

    @Test(arguments: ClaimDoors.others)
    func `where nothing is decided any more every door says so`(door: ClaimDoor) async throws {
        let plain = try await Self.closed.value
        let other = try await DoorRun(door).runClosed()
        try #require(plain.map(\.status) == plain.map { _ in 503 } && plain.count == other.count, "\(plain)")
        for (index, step) in ClaimScript.closed.enumerated() {
            var expected = plain[index]
            for contract in door.contracts where contract.applies(step, expected) { contract.change(&expected) }
            #expect(other[index] == expected, "\(step.name)")
        }
    }
}
