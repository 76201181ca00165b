import Foundation

/// Applies an answer to a place and its target, and finds the promises that it breaks.
struct ClaimEnding {
    let who: String
    var record: ClaimBook.Record
    var target: ClaimBook.Target
    /// True if the answer is a stored one, which repeats the first.
    let isReplayed: Bool
    /// True if the target was revoked before the claim was sent.
    let wasRevoked: Bool
    private(set) var broken: [(Invariant, String)] = []

    init(who: String, record: ClaimBook.Record, target: ClaimBook.Target, isReplayed: Bool, wasRevoked: Bool) {
        (self.who, self.record, self.target) = (who, record, target)
        (self.isReplayed, self.wasRevoked) = (isReplayed, wasRevoked)
    }

    /// Notes the fate of the claim, and checks that it fits the earlier answers.
    mutating func take(_ fate: Fate) {
        switch fate {
        case .place(let id, let already):
            record.open -= 1
            takePlace(id, already: already)
        case .hold(let id, let already, let expires):
            record.open -= 1
            takeHold(id, already: already, expires: expires)
        case .refused(let reason):
            record.open -= 1
            takeRefusal(reason)
        case .nothing:
            record.open -= 1
            noteNoPlace()
        case .unknown:
            // Stays open: it may have been done, and may still be.
            if record.redemption != nil { record.open -= 1 }
            record.hadUnknown = true
        }
    }

    private mutating func takePlace(_ id: Int, already: Bool) {
        let isFirstAsked = record.redemption == nil && !record.hadUnknown && record.open == 0
        if let known = record.redemption, known != id {
            broken.append((.onePlaceEach, "\(who) has redemption \(known) and \(id)"))
        }
        if record.released.contains(id) {
            broken.append((.repeatsAgree, "\(who) gets the released redemption \(id) again"))
        }
        if record.redemption != nil, !already, !isReplayed {
            broken.append((.repeatsAgree, "\(who): a repeat says already: false, redemption \(id)"))
        }
        if isFirstAsked, already {
            broken.append((.repeatsAgree, "\(who) asks for the first time and is told already: true"))
        }
        if wasRevoked, isFirstAsked, !already {
            broken.append((.acknowledgedStays, "\(who) gets a place of a code that was revoked before"))
        }
        if record.redemption == nil {
            record.redemption = id
            target.taken += 1
        }
        if let hold = record.hold { target.liveHolds[hold] = nil }
        record.hold = nil
    }

    private mutating func takeHold(_ id: Int, already: Bool, expires: Date) {
        if let known = record.hold, known != id, isLive(target.liveHolds[known]) {
            broken.append((.onePlaceEach, "\(who) has hold \(known) and \(id)"))
        }
        if record.hold == id, !already {
            broken.append((.repeatsAgree, "\(who): the hold \(id) again, with already: false"))
        }
        record.hold = id
        target.liveHolds[id] = expires
    }

    private mutating func takeRefusal(_ reason: String) {
        if let known = record.redemption {
            broken.append((.repeatsAgree, "\(who) has redemption \(known) and is now told \(reason)"))
        }
        noteNoPlace()
        if reason == "exhausted", let limit = target.limit, target.possible < limit {
            broken.append(
                (.noFalseSoldOut, "\(who) is told exhausted; at most \(target.possible) of \(limit) can be taken"))
        }
    }

    private mutating func noteNoPlace() {
        if record.redemption == nil, record.open == 0, record.hold == nil { target.possible -= 1 }
    }

    /// Checks that no more places are taken and held than there are.
    mutating func checkLimit(of name: String) {
        let held = target.liveHolds.values.count { isLive($0) }
        guard let limit = target.limit, target.taken + held > limit else { return }
        broken.append((.withinLimits, "\(name) has \(target.taken) places taken and \(held) held of \(limit)"))
    }

    /// True if a hold is live for certain: the server has this machine's clock, and a second is allowed for the way of
    /// the answer.
    private func isLive(_ end: Date?) -> Bool { (end ?? .distantPast) > Date(timeIntervalSinceNow: 1) }
}
