import JSONText
import Projections

/// All figures of a tenant or a campaign.
enum SummaryResource: Resource {
    static let schemaName = ""
    static let noun = "Metrics"
    static let members: [Member<Dated<MetricsSummary>>] = counts + ratios + Dated.members

    private static let counts: [Member<Dated<MetricsSummary>>] = [
        Member("codes_issued", "Codes that were made.") { $0.figures.codesIssued },
        Member("redemptions", "Redemptions that were not released.") { $0.figures.redemptions },
        Member("invites_sent", "Invitations that were sent.") { $0.figures.invitesSent },
        Member("invites_accepted", "Invitations that were accepted.") { $0.figures.invitesAccepted },
        Member("referrals_qualified", "Referrals that qualified.") { $0.figures.referralsQualified },
        Member("distinct_referrers", "Accounts that have referred others.") { $0.figures.distinctReferrers },
        Member("places", "The places of the redemptions.") { $0.figures.places },
        Member("codes_claimed", "Codes with a redemption.") { $0.figures.codesClaimed },
        Member("redemptions_released", "Redemptions that were released.") { $0.figures.redemptionsReleased },
        Member("holds", "Holds that were taken.") { $0.figures.holds },
        Member("holds_confirmed", "Holds that were confirmed.") { $0.figures.holdsConfirmed },
        Member("holds_released", "Holds that were released.") { $0.figures.holdsReleased },
        Member("holds_expired", "Holds that expired.") { $0.figures.holdsExpired },
    ]

    private static let ratios: [Member<Dated<MetricsSummary>>] = [
        Member("k_factor", "Referrals that qualified for each referrer.") { $0.figures.kFactor },
        Member("acceptance_rate", "Invitations accepted of those sent.") { $0.figures.acceptanceRate },
        Member("conversion_rate", "Redemptions of the codes that were made.") { $0.figures.conversionRate },
        Member("ttr_p50_seconds", "The median of the seconds from a code's creation to its redemption.") {
            $0.figures.waitMedianSeconds
        },
        Member("ttr_p90_seconds", "The 90th percentile of these seconds.") { $0.figures.waitNinetiethSeconds },
    ]
}
