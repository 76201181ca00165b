import API

/// Counts the answers of a thread to claims until they are handed over: an addition for each, without a lock.
///
/// A thread has few kinds of answers, and keeps a place for each, the one that came last in front of the search.
struct AnswerTally {
    private struct Place {
        /// Nil for a request that was for no claim, or could not be read.
        var claim: ClaimOperation?
        var status: Int
        /// The problem's word of a 503, else empty.
        var reason: String
        var count: UInt64
    }

    private var places: [Place] = []
    private var last = 0

    /// Counts an answer.
    mutating func add(_ claim: ClaimOperation?, _ status: Int, problem: String = "") {
        let reason = status == 503 ? problem : ""
        if last < places.count, AnswerTally.matches(places[last], claim, status, reason) {
            places[last].count += 1
            return
        }
        let known = places.firstIndex { AnswerTally.matches($0, claim, status, reason) }
        last = known ?? places.count
        if known == nil { places.append(Place(claim: claim, status: status, reason: reason, count: 0)) }
        places[last].count += 1
    }

    private static func matches(_ place: Place, _ claim: ClaimOperation?, _ status: Int, _ reason: String) -> Bool {
        place.status == status && place.claim == claim && place.reason == reason
    }

    /// Hands all counts over, and begins anew.
    mutating func take(to figures: AnswerFigures) {
        for index in places.indices where places[index].count > 0 {
            let place = places[index]
            let kind = AnswerFigures.Kind(
                route: place.claim.map { Operations.path(of: $0) } ?? "", method: place.claim == nil ? "" : "POST",
                status: place.status, problem: place.reason)
            figures.add(kind, place.count)
            places[index].count = 0
        }
    }
}
