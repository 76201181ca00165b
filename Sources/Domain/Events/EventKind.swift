/// Every transition that others may hear of, declared once.
///
/// The page `docs/events.md` lists the same; a test compares the two. Numbers are part of the journal's format and never
/// reused.
public enum EventKind: UInt8, WireWord {
    /// Somebody has a place for good: a new redemption.
    case codeRedeemed = 1
    /// The places of a redemption were given back.
    case redemptionReleased = 2
    /// Somebody has a place for a time: a new hold.
    case holdTaken = 3
    /// A hold became a redemption.
    case holdConfirmed = 4
    /// The places of a hold were given back.
    case holdReleased = 5
    /// The time of a hold ran out.
    case holdExpired = 6
    /// The last place of a campaign was taken.
    case campaignSoldOut = 7
    /// A campaign without a free place has one again.
    case campaignReopened = 8
    /// Codes are there: one, or all of a batch.
    case codeCreated = 9
    /// A code has another number of places or another end.
    case codeChanged = 10
    /// A code was taken back.
    case codeRevoked = 11
    /// A campaign is there.
    case campaignCreated = 12
    /// A campaign is another than it was: paused, resumed, ended, renamed, larger, …
    case campaignChanged = 13
    /// An API key is there.
    case keyCreated = 14
    /// An API key was taken back.
    case keyRevoked = 15
    /// An API key that was taken back works again: the root key that the operator gave once more.
    case keyReinstated = 16
    /// A tenant is there.
    case tenantCreated = 17
    /// A key signs codes from now on.
    case signingKeyCreated = 18
    /// A hold has a later end.
    case holdExtended = 19
    /// Somebody was brought by somebody else.
    case referralAttributed = 20
    /// The host has said that a referee is a customer.
    case referralQualified = 21
    /// The redemption of a referral was released before it qualified.
    case referralReversed = 22
    /// The occasion of a reward has come.
    case rewardGranted = 23
    /// A granted reward is in its holding time.
    case rewardHeld = 24
    /// A reward is final.
    case rewardConfirmed = 25
    /// A reward was taken back.
    case rewardReversed = 26
    /// The time of a reward ran out.
    case rewardExpired = 27

    /// The stable name, as subscribers write it.
    public var word: String { declaration.word }

    /// The kind of thing it happens to.
    public var subject: EventSubject { declaration.subject }

    /// The data that are told of it beside its subject.
    public var data: EventDataKind { declaration.data }

    /// The members that may be written down with it: those that are told, and what reading takes off a row again.
    var writtenMembers: [EventMember] {
        switch data {
        case .members(let members): members
        case .hold where self == .holdExtended: [.expiresAtBefore]
        case .hold, .redemption, .referral, .reward: []
        }
    }

    private typealias Declaration = (word: String, subject: EventSubject, data: EventDataKind)

    private var declaration: Declaration {
        switch self {
        case .codeRedeemed: ("code.redeemed", .redemption, .redemption)
        case .redemptionReleased: ("redemption.released", .redemption, .redemption)
        case .holdTaken: ("hold.taken", .hold, .hold)
        case .holdConfirmed: ("hold.confirmed", .hold, .hold)
        case .holdReleased: ("hold.released", .hold, .hold)
        case .holdExpired: ("hold.expired", .hold, .hold)
        case .campaignSoldOut: ("campaign.sold_out", .campaign, .members([]))
        case .campaignReopened: ("campaign.reopened", .campaign, .members([]))
        case .codeCreated: ("code.created", .code, .members([.source, .count, .maxUses, .campaign]))
        case .codeChanged:
            ("code.changed", .code, .members([.maxUses, .maxUsesBefore, .expiresAt, .expiresAtBefore]))
        case .codeRevoked: ("code.revoked", .code, .members([]))
        case .campaignCreated: ("campaign.created", .campaign, .members([.type, .status, .maxRedemptionsTotal]))
        case .campaignChanged:
            (
                "campaign.changed", .campaign,
                .members([
                    .changed, .status, .statusBefore, .maxRedemptionsTotal, .maxRedemptionsTotalBefore,
                ])
            )
        case .keyCreated: ("key.created", .key, .members([.scopes, .expiresAt]))
        case .keyRevoked: ("key.revoked", .key, .members([]))
        case .keyReinstated: ("key.reinstated", .key, .members([]))
        case .tenantCreated: ("tenant.created", .tenant, .members([]))
        case .signingKeyCreated: ("signing_key.created", .signingKey, .members([]))
        case .holdExtended: ("hold.extended", .hold, .hold)
        case .referralAttributed: ("referral.attributed", .referral, .referral)
        case .referralQualified: ("referral.qualified", .referral, .referral)
        case .referralReversed: ("referral.reversed", .referral, .referral)
        case .rewardGranted: ("reward.granted", .reward, .reward)
        case .rewardHeld: ("reward.held", .reward, .reward)
        case .rewardConfirmed: ("reward.confirmed", .reward, .reward)
        case .rewardReversed: ("reward.reversed", .reward, .reward)
        case .rewardExpired: ("reward.expired", .reward, .reward)
        }
    }
}
