public import Domain

/// Something that is counted by time.
///
/// The raw values are stored and never reused. Figures that later tables will feed have their place; they are 0 until
/// then.
public enum Figure: UInt8, WireWord {
    /// Codes, by creation.
    case codesIssued = 0
    /// Codes with at least one live redemption, by the code's creation.
    case codesClaimed = 1
    /// Live redemptions, by redemption.
    case redemptions = 2
    /// Places of live redemptions, by redemption.
    case places = 3
    /// Redemptions that were released, by redemption.
    case redemptionsReleased = 4
    /// Holds, by creation.
    case holds = 5
    /// Holds that became redemptions, by the hold's creation.
    case holdsConfirmed = 6
    /// Holds that were given back, by the hold's creation.
    case holdsReleased = 7
    /// Holds that ran out, by the hold's creation.
    case holdsExpired = 8
    /// Invitations that were sent, by sending.
    case invitesSent = 9
    /// Invitations that were accepted, by acceptance.
    case invitesAccepted = 10
    /// Referrals that qualified, by qualification.
    case referralsQualified = 11
    /// Rewards, by grant.
    case rewards = 12
    /// Entries of the waitlist, by joining.
    case waitlistJoined = 13

    /// The word on the wire.
    public var word: String {
        switch self {
        case .codesIssued: "codes_issued"
        case .codesClaimed: "codes_claimed"
        case .redemptions: "redemptions"
        case .places: "places"
        case .redemptionsReleased: "redemptions_released"
        case .holds: "holds"
        case .holdsConfirmed: "holds_confirmed"
        case .holdsReleased: "holds_released"
        case .holdsExpired: "holds_expired"
        case .invitesSent: "invites_sent"
        case .invitesAccepted: "invites_accepted"
        case .referralsQualified: "referrals_qualified"
        case .rewards: "rewards"
        case .waitlistJoined: "waitlist_joined"
        }
    }
}
