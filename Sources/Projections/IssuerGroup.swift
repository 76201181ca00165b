/// A scope's issuer, by its number in the pass, in a millisecond.
struct IssuerGroup: ChangeGroup {
    var tenant: UInt32
    var issuer: UInt32
    var campaign: UInt64
    var milliseconds: UInt64

    var slotHash: UInt64 { mixed(UInt64(tenant) << 32 | UInt64(issuer), campaign, milliseconds) }

    /// True if both are of the same issuer in the same scope.
    func isSameIssuer(as other: IssuerGroup) -> Bool {
        tenant == other.tenant && campaign == other.campaign && issuer == other.issuer
    }

    static func < (left: IssuerGroup, right: IssuerGroup) -> Bool {
        if left.tenant != right.tenant { return left.tenant < right.tenant }
        if left.campaign != right.campaign { return left.campaign < right.campaign }
        if left.issuer != right.issuer { return left.issuer < right.issuer }
        return left.milliseconds < right.milliseconds
    }
}
