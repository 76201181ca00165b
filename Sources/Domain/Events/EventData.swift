/// The data that are told of an event beside its subject.
public enum EventData: Equatable, Sendable {
    /// The redemption as the event left it.
    case redemption(Redemption)
    /// The hold as the event left it.
    case hold(Hold)
    /// The referral as the event left it, without its rewards.
    case referral(Referral)
    /// The reward as the event left it.
    case reward(Reward)
    /// The members that were written down; those that do not apply are absent.
    case members([EventMember: UInt64])
}
