import Foundation
import Synchronization

/// The server's answers about every place: the oracle of claims.
///
/// It is never ahead of the server: an attempt is noted before it is sent, its answer when it is read. So it never
/// counts too few places that may be taken, and never too many that are taken.
final class ClaimBook: Sendable {
    /// Somebody and the code, or the campaign, that a place is of.
    struct Place: Hashable, Sendable {
        var target: String
        var redeemer: String
    }

    struct Record: Sendable {
        var redemption: Int?
        var released: [Int] = []
        /// Requests whose answer is not known, under way or lost.
        var open = 0
        var hadUnknown = false
        var hold: Int?

        /// Requests that may still give a place.
        var openClaims: Int { redemption == nil ? open : 0 }
    }

    /// A code or a campaign of type capacity.
    struct Target: Sendable {
        var limit: Int?
        var taken = 0
        /// People who may have a place: asked, and not told that they have none.
        var possible = 0
        var liveHolds: [Int: Date] = [:]
        var isRevoked = false
    }

    private struct State {
        var targets: [String: Target] = [:]
        var records: [Place: Record] = [:]
        var acknowledged: [Place] = []
        var doubtful: [Place] = []
        var newest: Position?
        var refusals: [String: Int] = [:]
        var granted = 0
        var replays = 0
        var releases = 0
        /// Releases that were begun and not answered with 200: their redemptions may be there or not.
        var openReleases = 0
        /// The sum of ``Record/openClaims``.
        var open = 0
    }

    private let state = Mutex(State())
    private let findings: Findings
    private let ids: IDRegister
    private let availability: Availability

    init(_ findings: Findings, _ ids: IDRegister, _ availability: Availability) {
        (self.findings, self.ids, self.availability) = (findings, ids, availability)
    }

    // MARK: Targets

    func add(target: String, limit: Int?) { state.withLock { $0.targets[target] = Target(limit: limit) } }

    func revoked(_ target: String) { state.withLock { $0.targets[target]?.isRevoked = true } }

    func target(_ name: String) -> Target? { state.withLock { $0.targets[name] } }

    // MARK: Attempts

    /// Notes that a claim is about to be sent.
    ///
    /// - Returns: True if the target was revoked already, so that the claim must be refused.
    @discardableResult
    func begin(_ place: Place) -> Bool {
        state.withLock { state in
            let record = state.records[place]
            if record == nil || (record?.redemption == nil && record?.open == 0) {
                state.targets[place.target]?.possible += 1
            }
            if record?.redemption == nil { state.open += 1 }
            state.records[place, default: Record()].open += 1
            return state.targets[place.target]?.isRevoked ?? false
        }
    }

    /// Notes the fate of a claim, and checks that it fits all earlier answers.
    ///
    /// - Parameters:
    ///   - place: The place that was claimed.
    ///   - fate: The fate of the claim.
    ///   - position: The position of the answer.
    ///   - isReplayed: True if the answer is a stored one, which repeats the first.
    ///   - wasRevoked: The result of ``begin(_:)``.
    ///   - isKept: True if ``someAcknowledged(_:recent:using:)`` may choose the place.
    func end(
        _ place: Place, _ fate: Fate, at position: Position? = nil, isReplayed: Bool = false, wasRevoked: Bool = false,
        isKept: Bool = true
    ) {
        let broken = state.withLock { state -> [(Invariant, String)] in
            if let position, position > (state.newest ?? position) || state.newest == nil { state.newest = position }
            var ending = ClaimEnding(
                who: "\(place.redeemer) on \(place.target)", record: state.records[place] ?? Record(),
                target: state.targets[place.target] ?? Target(), isReplayed: isReplayed, wasRevoked: wasRevoked)
            let before = ending.record
            ending.take(fate)
            switch fate {
            case .place:
                let isNew = before.redemption == nil
                if isNew { state.granted += 1 } else { state.replays += 1 }
                if isNew, isKept { state.acknowledged.append(place) }
            case .hold: break
            case .refused(let reason), .nothing(let reason): state.refusals[reason, default: 0] += 1
            case .unknown(let reason):
                state.refusals["unknown: " + reason, default: 0] += 1
                if !before.hadUnknown, isKept { state.doubtful.append(place) }
            }
            ending.checkLimit(of: place.target)
            state.open += ending.record.openClaims - before.openClaims
            state.records[place] = ending.record
            state.targets[place.target] = ending.target
            return ending.broken
        }
        switch fate {
        case .place(let id, let already):
            ids.note(.redemption, id, of: "of \(place.redeemer) on \(place.target)")
            if !already { availability.place() }
        case .hold(let id, let already, _):
            ids.note(.hold, id, of: "of \(place.redeemer) on \(place.target)")
            if !already { availability.place() }
        case .nothing(let reason), .unknown(let reason): availability.refused(reason)
        case .refused: break
        }
        for (invariant, evidence) in broken { findings.report(invariant, evidence) }
    }

    /// Notes the end of a hold that was extended: nobody else has its place until then.
    ///
    /// An extension whose answer is lost is not noted: the hold lives until the end known before, or longer.
    func extended(hold: Int, of place: Place, until end: Date) {
        let known = state.withLock { state -> Date? in
            // Redeemed meanwhile, as by a claim of the same person: there is no hold any more.
            guard state.records[place]?.hold == hold else { return nil }
            defer { state.targets[place.target]?.liveHolds[hold] = end }
            return state.targets[place.target]?.liveHolds[hold]
        }
        if let known, end < known {
            findings.report(
                .holdsKeepTheirWord, "hold \(hold) of \(place.redeemer) ended at \(known) and was extended to \(end)")
        }
    }

    /// True if a hold cannot be refused: it lives for certain, and nobody can have ended it.
    func mustLive(hold: Int, of place: Place) -> Bool {
        state.withLock { state in
            guard let record = state.records[place], let target = state.targets[place.target],
                record.hold == hold, record.redemption == nil, record.open == 0, !target.isRevoked
            else { return false }
            return (target.liveHolds[hold] ?? .distantPast) > Date(timeIntervalSinceNow: 1)
        }
    }

    /// Notes that a hold is about to be given back: its place may be another's before the answer is read.
    func releasing(hold: Int, of place: Place) {
        state.withLock { state in
            state.targets[place.target]?.liveHolds[hold] = nil
            state.records[place]?.hold = nil
        }
    }

    /// Notes that a redemption is about to be released; likewise.
    func releasing(redemption: Int, of place: Place) {
        state.withLock { state in
            state.releases += 1
            state.openReleases += 1
            guard state.records[place]?.redemption == redemption else { return }
            state.targets[place.target]?.taken -= 1
        }
    }

    /// Notes that the release was answered.
    func released(redemption: Int, of place: Place) {
        state.withLock { state in
            guard state.records[place]?.redemption == redemption else { return }
            state.records[place]?.redemption = nil
            state.records[place]?.released.append(redemption)
            state.granted -= 1
            state.openReleases -= 1
        }
    }

    // MARK: Questions

    /// True if a claim of the place was answered with that redemption, or may have made it.
    func mayBeRedeemed(_ place: Place, as redemption: Int?) -> Bool {
        guard let redemption, let record = record(place) else { return false }
        return record.redemption == redemption || record.openClaims > 0
    }

    func record(_ place: Place) -> Record? { state.withLock { $0.records[place] } }

    /// Acknowledged places: the most recent ones, and some of all.
    func someAcknowledged(_ count: Int, recent: Int, using dice: inout Dice) -> [Place] {
        let list = state.withLock { $0.acknowledged }
        return list.suffix(recent) + (0..<count).compactMap { _ in dice.pick(list) }
    }

    /// Takes a place whose outcome is unknown.
    func takeDoubtful(using dice: inout Dice) -> Place? {
        state.withLock { state in
            guard !state.doubtful.isEmpty else { return nil }
            return state.doubtful.remove(at: dice.number(0...state.doubtful.count - 1))
        }
    }

    /// Notes that the outcome of a place is known now.
    func settle(_ place: Place) {
        state.withLock { state in
            state.open -= state.records[place]?.openClaims ?? 0
            state.records[place]?.open = 0
        }
    }

    /// All that have a place now, and the ids that were released.
    var places: [Place: Record] { state.withLock { $0.records } }

    /// The newest position of an acknowledged claim; places that were taken at that time; releases begun until then.
    var standing: (newest: Position?, granted: Int, open: Int, releases: Int, openReleases: Int) {
        state.withLock { ($0.newest, $0.granted, $0.open, $0.releases, $0.openReleases) }
    }

    /// For the report.
    var figures: (granted: Int, replays: Int, refusals: [String: Int], doubtful: Int) {
        state.withLock { ($0.granted, $0.replays, $0.refusals, $0.doubtful.count) }
    }
}
