internal import Journal

/// Something that is written down with an event: a number, and how it reads.
///
/// None of them is a person's, and none a secret. The numbers are part of the journal's format and never reused.
public enum EventMember: UInt8, CaseIterable, Sendable {
    /// The way in which codes came about.
    case source = 1
    /// The number of codes.
    case count = 2
    /// The places of a code.
    case maxUses = 3
    /// The places that it had before.
    case maxUsesBefore = 4
    /// The campaign that codes belong to.
    case campaign = 5
    /// When something ends.
    case expiresAt = 6
    /// When it would have ended.
    case expiresAtBefore = 7
    /// The status of a campaign.
    case status = 8
    /// The status that it had before.
    case statusBefore = 9
    /// The type of a campaign.
    case type = 10
    /// The places of a campaign.
    case maxRedemptionsTotal = 11
    /// The places that it had before.
    case maxRedemptionsTotalBefore = 12
    /// The members that are others than before: one bit each, in the order of ``changedNames``.
    case changed = 13
    /// The scopes of a key: one bit each.
    case scopes = 14

    /// Stands for "none": no end, no limit.
    public static let none = UInt64.max

    /// The value of an instant that may be absent.
    static func instant(_ instant: Timestamp?) -> UInt64 {
        instant.map { UInt64(bitPattern: $0.milliseconds) } ?? none
    }

    /// The name on the wire.
    public var name: String {
        switch self {
        case .source: "source"
        case .count: "count"
        case .maxUses: "max_uses"
        case .maxUsesBefore: "max_uses_before"
        case .campaign: "campaign_id"
        case .expiresAt: "expires_at"
        case .expiresAtBefore: "expires_at_before"
        case .status: "status"
        case .statusBefore: "status_before"
        case .type: "type"
        case .maxRedemptionsTotal: "max_redemptions_total"
        case .maxRedemptionsTotalBefore: "max_redemptions_total_before"
        case .changed: "changed"
        case .scopes: "scopes"
        }
    }

    /// The form of a value.
    public var form: Form {
        switch self {
        case .count: .number
        case .maxUses, .maxUsesBefore, .maxRedemptionsTotal, .maxRedemptionsTotalBefore: .limit
        case .campaign: .id
        case .expiresAt, .expiresAtBefore: .instant
        case .source: .word { CodeSource(rawValue: UInt8(clamping: $0))?.word }
        case .status, .statusBefore: .word { CampaignStatus(rawValue: UInt8(clamping: $0))?.word }
        case .type: .word { CampaignType(rawValue: UInt8(clamping: $0))?.word }
        case .changed:
            .words { bits in
                EventMember.changedNames.enumerated().filter { bits >> UInt64($0.offset) & 1 != 0 }.map(\.element)
            }
        case .scopes: .words { KeyScopes(rawValue: UInt8(truncatingIfNeeded: $0)).words }
        }
    }

    /// The forms of values.
    public enum Form: Sendable {
        /// As it is.
        case number
        /// As it is; ``EventMember/none`` is no limit.
        case limit
        /// The number of a thing.
        case id
        /// Milliseconds since 1970; ``EventMember/none`` is never.
        case instant
        /// A word of a closed set.
        case word(@Sendable (UInt64) -> String?)
        /// The words whose bits are set.
        case words(@Sendable (UInt64) -> [String])
    }

    /// The members of a campaign that can change, by bit.
    static let changedNames = [
        "name", "description", "status", "max_redemptions_total", "per_user_limit", "starts_at", "ends_at",
        "reward_policy", "grant",
    ]
}
