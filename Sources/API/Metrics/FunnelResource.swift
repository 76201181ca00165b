import JSONText
import Projections

/// The counts from an invitation to a reward.
enum FunnelResource: Resource {
    static let schemaName = ""
    static let noun = "Funnel"
    static let members: [Member<Dated<MetricsFunnel>>] =
        [
            Member("steps", "The steps in their order.") { funnel in
                steps.map { Nested<FunnelStep>(FunnelStep(name: $0.name, count: $0.count(funnel.figures))) }
            }
        ] + Dated.members

    private static let steps: [(name: String, count: @Sendable (MetricsFunnel) -> UInt64)] = [
        ("invites_sent", { $0.invitesSent }), ("invites_accepted", { $0.invitesAccepted }),
        ("codes_issued", { $0.codesIssued }), ("codes_claimed", { $0.codesClaimed }),
        ("redemptions", { $0.redemptions }), ("referrals_qualified", { $0.referralsQualified }),
        ("rewards", { $0.rewards }),
    ]
}
