internal import Store

/// Flag bits that redemptions and holds share: which optional fields follow.
enum ClaimFlags {
    static let code: UInt8 = 1
    static let campaign: UInt8 = 2
    static let invitation: UInt8 = 4
    static let metadata: UInt8 = 8
    /// Absent means one place, so that the usual row is two bytes shorter.
    static let quantity: UInt8 = 16
    /// A redemption's release; a hold's redemption.
    static let ending: UInt8 = 32
    /// The bits that mean something in the rows of both.
    static let all: UInt8 = 63
    /// A redemption has a referral, whose number is the one behind its own.
    static let referral: UInt8 = 64
}
