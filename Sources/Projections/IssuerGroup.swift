/// A scope's issuer, by its number in the pass.
struct IssuerGroup: ChangeGroup {
    var tenant: UInt32
    var issuer: UInt32
    var campaign: UInt64

    var slotHash: UInt64 { mixed(UInt64(tenant), campaign, UInt64(issuer)) }

    static func < (left: IssuerGroup, right: IssuerGroup) -> Bool {
        if left.tenant != right.tenant { return left.tenant < right.tenant }
        if left.campaign != right.campaign { return left.campaign < right.campaign }
        return left.issuer < right.issuer
    }
}
