public import Store

/// Lists the derived tables that the domain's own lists read; every node keeps them.
public enum StateIndexes {
    /// All of them.
    public static var all: [any Projection] { [CodeStates(), HoldStates(), ReferralStates(), RewardStates()] }
}
