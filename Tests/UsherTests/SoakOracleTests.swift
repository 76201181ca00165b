import Foundation
import TestSupport
import Testing

@testable import Soak

/// The oracle must find what is wrong: every check has a story that breaks it.
@Suite struct `The oracle of the soak` {
    private let directory: TemporaryDirectory
    private let findings: Findings
    private let availability: Availability
    private let ids: IDRegister
    private let book: ClaimBook
    private let ana = ClaimBook.Place(target: "CODE", redeemer: "ana")
    private let ben = ClaimBook.Place(target: "CODE", redeemer: "ben")

    init() throws {
        directory = try TemporaryDirectory("oracle")
        let log = try StepLog(path: directory.path + "/steps.log")
        findings = Findings(log)
        availability = Availability(limit: .milliseconds(20), findings: findings, log: log)
        ids = IDRegister(findings)
        book = ClaimBook(findings, ids, availability)
        book.add(target: "CODE", limit: 1)
    }

    private func answer(_ place: ClaimBook.Place, _ fate: Fate) {
        book.begin(place)
        book.end(place, fate)
    }

    private var broken: Set<Invariant> { Set(findings.counts.keys) }

    @Test func `finds nothing in a story that is right`() {
        answer(ana, .unknown("timeout"))
        answer(ana, .place(id: 1, already: true))
        answer(ana, .place(id: 1, already: true))
        answer(ben, .refused("exhausted"))
        book.releasing(redemption: 1, of: ana)
        book.released(redemption: 1, of: ana)
        answer(ben, .place(id: 2, already: false))
        answer(ana, .refused("exhausted"))
        #expect(broken.isEmpty, "\(findings.list)")
    }

    @Test func `finds a second place of one person`() {
        answer(ana, .place(id: 1, already: false))
        answer(ana, .place(id: 2, already: true))
        #expect(broken == [.onePlaceEach])
    }

    @Test func `finds more places than there are, held ones too`() {
        answer(ana, .place(id: 1, already: false))
        answer(ben, .hold(id: 2, already: false, expires: Date(timeIntervalSinceNow: 60)))
        #expect(broken == [.withinLimits])
    }

    @Test func `finds a place that was acknowledged and is refused afterwards`() {
        answer(ana, .place(id: 1, already: false))
        answer(ana, .refused("exhausted"))
        #expect(broken == [.repeatsAgree])
    }

    @Test func `finds a repeat that says it is the first, and a first claim that says it is a repeat`() {
        answer(ana, .place(id: 1, already: true))
        #expect(broken == [.repeatsAgree])
        answer(ana, .place(id: 1, already: false))
        #expect(findings.counts[.repeatsAgree] == 2)
    }

    @Test func `finds people who are told sold out while places are left`() {
        answer(ana, .refused("exhausted"))
        #expect(broken == [.noFalseSoldOut])
    }

    @Test func `takes a hold for redeemed only where somebody has asked for that`() {
        answer(ana, .hold(id: 3, already: false, expires: Date(timeIntervalSinceNow: 60)))
        #expect(!book.mayBeRedeemed(ana, as: 4))
        answer(ana, .unknown("timeout"))
        #expect(book.mayBeRedeemed(ana, as: 4) && !book.mayBeRedeemed(ben, as: 4))
        answer(ana, .place(id: 4, already: false))
        #expect(book.mayBeRedeemed(ana, as: 4) && !book.mayBeRedeemed(ana, as: 5))
        #expect(broken.isEmpty, "\(findings.list)")
    }

    @Test func `finds a place that is given to another while an extended hold has it, and an extension to earlier`() {
        answer(ana, .hold(id: 3, already: false, expires: Date(timeIntervalSinceNow: 0.5)))
        #expect(!book.mustLive(hold: 3, of: ana), "it may be over")
        book.extended(hold: 3, of: ana, until: Date(timeIntervalSinceNow: 60))
        #expect(book.mustLive(hold: 3, of: ana) && !book.mustLive(hold: 3, of: ben) && broken.isEmpty)
        answer(ben, .place(id: 4, already: false))
        #expect(broken == [.withinLimits])
        book.extended(hold: 3, of: ana, until: Date(timeIntervalSinceNow: 30))
        #expect(broken == [.withinLimits, .holdsKeepTheirWord])
    }

    @Test func `does not hold an extension against a server where the hold may be redeemed, released or revoked`() {
        answer(ana, .hold(id: 3, already: false, expires: Date(timeIntervalSinceNow: 60)))
        answer(ana, .unknown("timeout"))
        #expect(!book.mustLive(hold: 3, of: ana))
        answer(ana, .place(id: 5, already: true))
        book.extended(hold: 3, of: ana, until: Date(timeIntervalSinceNow: 90))
        #expect(book.target("CODE")?.liveHolds.isEmpty == true)
        answer(ben, .refused("exhausted"))
        #expect(broken.isEmpty, "\(findings.list)")
    }

    @Test func `finds an id that is given out for two things`() {
        answer(ana, .place(id: 7, already: false))
        ids.note(.redemption, 7, of: "of ben in another history")
        ids.note(.hold, 7, of: "a hold: kinds have numbers of their own")
        #expect(broken == [.idsAreUnique] && findings.counts[.idsAreUnique] == 1)
    }

    @Test func `finds a place of a code that was revoked before it was asked for`() {
        book.revoked("CODE")
        let wasRevoked = book.begin(ana)
        book.end(ana, .place(id: 1, already: false), wasRevoked: wasRevoked)
        #expect(broken == [.acknowledgedStays])
    }

    @Test func `finds that nobody gets a place while everything is there, and excuses it while something is not`() async
    {
        availability.set(primary: "a", replicas: ["b", "c"])
        for obstacles in [["a"], ["b", "c"]] {
            for node in obstacles { availability.add(node, "away") }
            await pause(.milliseconds(40))
            #expect(!availability.watch() && !availability.isReady)
            for node in obstacles { availability.remove(node, "away") }
            #expect(availability.isReady)
        }
        availability.add("b", "frozen")
        #expect(availability.isReady, "one replica is enough")
        await pause(.milliseconds(40))
        #expect(availability.watch() && !availability.watch(), "told once")
        #expect(broken == [.neverRefusedLong] && availability.figures.longestSeconds >= 0.04)
    }

    @Test func `chooses the same steps for the same seed, lane by lane`() {
        func choices(_ seed: UInt64, _ lane: String) -> [String] {
            var dice = Dice(seed: seed, lane: lane)
            return (0..<40).compactMap { _ in Step.choose(Step.all, using: &dice)?.name }
        }
        #expect(choices(1, "nodes") == choices(1, "nodes") && choices(1, "nodes").count == 40)
        #expect(choices(1, "nodes") != choices(2, "nodes") && choices(1, "nodes") != choices(1, "links"))
    }
}
