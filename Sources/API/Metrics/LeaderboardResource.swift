import JSONText
import Projections

/// The issuers whose codes others have redeemed most.
enum LeaderboardResource: Resource {
    static let schemaName = ""
    static let noun = "Leaderboard"
    static let members: [Member<Dated<[LeaderboardEntry]>>] =
        [
            Member("leaders", "The issuers, the first one first.") {
                $0.figures.map(Nested<LeaderboardEntry>.init)
            }
        ] + Dated.members
}

extension LeaderboardEntry: Resource {
    static let schemaName = ""
    static let members: [Member<LeaderboardEntry>] = [
        Member("rank", "1 for the first.") { $0.rank },
        Member("referrer_id", "The account whose codes they are.", .personal) { $0.issuer },
        Member("redemptions", "Redemptions of others that were not released.") { $0.redemptions },
        Member("places", "The places of these.") { $0.places },
    ]
}
