import JSONText
import Journal
import NIOCore
import TestSupport
import Testing

@testable import API
@testable import Domain
@testable import Wire

/// The claim has a reader and a writer of its own, for speed; both are held to the declarations that all else has.
@Suite struct `A claim's own reader and writer keep to the declaration` {
    private static let ids = PublicIDs(secret: Hash128(low: 7, high: 9))

    // MARK: Reading

    @Test(arguments: 1...40) func `the fast reader takes exactly what the declared body takes`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var (taken, refused) = (0, 0)
        for _ in 0..<500 {
            let text = Self.body(using: &random)
            let form: ClaimRequest.Form = Bool.random(using: &random) ? .redeem : .hold
            let fast = Self.fast(text, form)
            let declared =
                form == .redeem ? Self.declared(RedeemRequest.self, text) : Self.declared(HoldRequest.self, text)
            #expect(fast == declared, "\(form) \(text)")
            if fast.command == nil { refused += 1 } else { taken += 1 }
        }
        #expect(taken > 40 && refused > 40, "\(taken) taken, \(refused) refused")
    }

    /// The outcome of reading: a command, or what a problem says.
    private struct Outcome: Equatable {
        var command: String?
        var code: String?
        var errors: FieldErrors?
    }

    private static func outcome(_ read: () throws(Problem) -> ClaimCommand) -> Outcome {
        do throws(Problem) {
            return Outcome(command: "\(try read())")
        } catch {
            return Outcome(code: error.code, errors: error.errors)
        }
    }

    private static func fast(_ text: String, _ form: ClaimRequest.Form) -> Outcome {
        outcome { () throws(Problem) in
            try ClaimRequest.command(from: ByteBuffer(string: text), form: form, tenant: .system)
        }
    }

    private static func declared<B: RequestBody>(_ body: B.Type, _ text: String) -> Outcome
    where B.Value == ClaimCommand {
        outcome { () throws(Problem) in
            guard let object = (try? JSONTree.parse(Array(text.utf8)))?.object else {
                throw .malformed(JSONError(reason: "", offset: 0))
            }
            return try B.value(of: object, RequestScope(ids: ids))
        }
    }

    /// A body whose members are right, at the edge of right, or wrong.
    private static func body(using random: inout SeededGenerator) -> String {
        var members: [String] = []
        for member in HoldRequest.members + [HoldRequest.members[0]] where Int.random(in: 0..<3, using: &random) > 0 {
            let name = Int.random(in: 0..<100, using: &random) == 0 ? member.name + "s" : member.name
            members.append("\"\(name)\":\(value(of: member, using: &random))")
        }
        members.shuffle(using: &random)
        return "{" + members.joined(separator: ",") + "}"
    }

    private static func value(of member: BodyMember, using random: inout SeededGenerator) -> String {
        let rules = member.rules.object ?? JSONObject()
        func bound(_ keyword: String) -> Int64? {
            if case .integer(let bound)? = rules[keyword] { bound } else { nil }
        }
        var values = [
            "null", "\"a\"", "\"\"", "\"_ -\"", "7", "-3", "1.5", "true", "[]", "{}", "99999999999999999999999", "1e3",
        ]
        if let least = bound("minimum"), let most = bound("maximum") {
            values += [least - 1, least, most, most + 1, (least + most) / 2].map { String($0) }
        }
        let lengths = bound("maxLength").map { [1, Int($0), Int($0) + 1] } ?? [1, 120, 121]
        values += lengths.map { "\"\(String(repeating: "k", count: $0))\"" }
        values += [1014, 1015, 1016].map { "{\"n\":\"\(String(repeating: "m", count: $0))\"}" }
        // Mostly what is right, so that bodies are taken too.
        let kinds = (rules["type"]?.array ?? [rules["type"] ?? .null]).compactMap(\.string)
        if Int.random(in: 0..<25, using: &random) > 0 {
            switch kinds.first {
            case "integer": return String(bound("minimum") ?? 1)
            case "object": return "{\"n\":1}"
            default: return "\"abc\""
            }
        }
        return values.randomElement(using: &random) ?? "null"
    }

    // MARK: Writing

    @Test(arguments: 1...20) func `the fast writer writes what the declared answers write`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<100 {
            let (already, position) = (
                Bool.random(using: &random), LogPosition(epoch: 3, sequence: .random(in: 0...999, using: &random))
            )
            let (redemption, hold) = (Self.redemption(using: &random), Self.hold(using: &random))
            #expect(
                Self.fast(.redeemed(redemption, already: already), position, nil)
                    == Self.text(RedeemAnswer.self, Claimed(redemption, already: already, position: position)))
            #expect(
                Self.fast(.redeemed(redemption, already: already), position, 200)
                    == Self.text(RedeemLine.self, Claimed(redemption, already: already, position: position)))
            #expect(
                Self.fast(.held(hold, already: already), position, nil)
                    == Self.text(HoldAnswer.self, Claimed(hold, already: already, position: position)))
        }
    }

    @Test(arguments: RefusalReason.allCases) func `a refusal is written as it is declared`(reason: RefusalReason) {
        var random = SeededGenerator(seed: UInt64(reason.rawValue))
        let trace = TraceID(using: &random)
        for flag in [Problem.RefusalFlag.ok, .valid] {
            for (limit, remaining) in [(LimitKind?.none, UInt64?.none), (.code, 0), (.user, 7)] {
                var problem = Problem.refused(
                    Refusal(reason, limit: limit, remaining: remaining), flag: flag)
                problem.errors = ["a \"b\"": ["One.", "Two."], "c": ["Three."]]
                var writer = JSONWriter()
                problem.write(to: &writer, traceID: trace)
                let declared = Self.text(ProblemView.self, ProblemView(problem: problem, traceID: trace))
                #expect((try? JSONTree.parse(writer.buffer)) == (try? JSONTree.parse(Array(declared.utf8))))
            }
        }
    }

    @Test(arguments: IneligibleReason.allCases)
    func `the cause of an ineligible is written as it is declared, and in words`(reason: IneligibleReason) throws {
        var random = SeededGenerator(seed: 3)
        let trace = TraceID(using: &random)
        let time = Timestamp(milliseconds: 1_800_000_000_000)
        for (startsAt, endsAt) in [(Timestamp?.none, Timestamp?.none), (time, nil), (nil, time)] {
            let cause = Ineligibility(reason, startsAt: startsAt, endsAt: endsAt)
            let problem = Problem.refused(Refusal(cause))
            var writer = JSONWriter()
            problem.write(to: &writer, traceID: trace)
            let declared = Self.text(ProblemView.self, ProblemView(problem: problem, traceID: trace))
            #expect((try? JSONTree.parse(writer.buffer)) == (try? JSONTree.parse(Array(declared.utf8))))
            let body = try #require(try JSONTree.parse(writer.buffer).object)
            #expect(body["error"] == "ineligible" && body["reason"] == .string(reason.word))
            #expect(body["starts_at"] == startsAt.map { .string(TimeText.text($0)) })
            #expect(body["ends_at"] == endsAt.map { .string(TimeText.text($0)) })
            #expect(problem.detail.hasSuffix("."))
        }
    }

    private static func fast(_ outcome: ClaimOutcome, _ position: LogPosition, _ status: Int?) -> String {
        var answer = ClaimAnswer(ids: ids)
        return withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { bytes in
            var text = FixedText(bytes)
            answer.write(outcome, position: position, lineStatus: status, to: &text)
            return String(decoding: text.written, as: UTF8.self)
        }
    }

    private static func text<R: Resource>(_ resource: R.Type, _ value: R.Value) -> String {
        var writer = JSONWriter()
        R.write(value, to: &writer, Showing(ids: ids))
        return String(buffer: writer.buffer)
    }

    private static func number(using random: inout SeededGenerator) -> EntityNumber {
        EntityNumber(rawValue: .random(in: 1...PublicIDs.idMax, using: &random))
    }

    private static func redemption(using random: inout SeededGenerator) -> Redemption {
        let isThere = Bool.random(using: &random)
        var redemption = Redemption(
            number: number(using: &random), code: isThere ? number(using: &random) : nil,
            campaign: isThere ? nil : number(using: &random), redeemer: account(using: &random),
            quantity: .random(in: 1...1000, using: &random), redeemedAt: time(using: &random),
            invitation: isThere ? 17 : nil)
        if Bool.random(using: &random) { redemption.referral = Boxed(referral(of: redemption, using: &random)) }
        return redemption
    }

    private static func referral(of redemption: Redemption, using random: inout SeededGenerator) -> Referral {
        let isOver = Bool.random(using: &random)
        return Referral(
            number: EntityNumber(rawValue: min(redemption.number.rawValue + 1, PublicIDs.idMax)),
            status: ReferralStatus.allCases.randomElement(using: &random) ?? .pending, scope: 0,
            depth: .random(in: 1...9, using: &random), referrer: account(using: &random),
            referee: account(using: &random), code: isOver ? redemption.code : number(using: &random),
            campaign: redemption.campaign, attributedAt: time(using: &random),
            qualifiedAt: isOver ? time(using: &random) : nil, reversedAt: isOver ? nil : time(using: &random))
    }

    private static func hold(using random: inout SeededGenerator) -> Hold {
        let isThere = Bool.random(using: &random)
        return Hold(
            number: number(using: &random), code: isThere ? number(using: &random) : nil,
            campaign: isThere ? nil : number(using: &random), redeemer: account(using: &random),
            quantity: .random(in: 1...1000, using: &random),
            state: HoldState.allCases.randomElement(using: &random) ?? .held, createdAt: time(using: &random),
            expiresAt: time(using: &random), redemption: isThere ? number(using: &random) : nil,
            invitation: isThere ? 17 : nil)
    }

    private static func account(using random: inout SeededGenerator) -> AccountID {
        let texts = ["7", "u-1", "\"q\"", "é\\", "a\u{1}b", String(repeating: "z", count: 128)]
        guard let account = texts.randomElement(using: &random).flatMap({ AccountID($0) }) else {
            preconditionFailure("all of these are accounts")
        }
        return account
    }

    private static func time(using random: inout SeededGenerator) -> Timestamp {
        Timestamp(milliseconds: .random(in: 0...4_000_000_000_000, using: &random))
    }
}
