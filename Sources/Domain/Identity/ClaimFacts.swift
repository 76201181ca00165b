/// The facts about the one who claims, as hashes: all that a decision may know of a person beside the account.
///
/// Made by ``Claimant/facts(of:under:)`` before the sequencer. A claim that says nothing of a person has none.
public final class ClaimFacts: Sendable, CustomStringConvertible {
    /// The canonical e-mail address.
    public let email: FactHash?
    /// The domain of that address.
    public let domain: FactHash?
    /// The IPv4 address or the /64 of the IPv6 address.
    public let address: FactHash?
    /// The fingerprint.
    public let fingerprint: FactHash?
    /// True if the domain is one of mailboxes that are thrown away.
    public let isDisposable: Bool
    /// True if an address of either kind was given that is none: nothing could be made of it.
    public let isUnreadable: Bool

    init(
        email: FactHash? = nil, domain: FactHash? = nil, address: FactHash? = nil, fingerprint: FactHash? = nil,
        isDisposable: Bool = false, isUnreadable: Bool = false
    ) {
        self.email = email
        self.domain = domain
        self.address = address
        self.fingerprint = fingerprint
        self.isDisposable = isDisposable
        self.isUnreadable = isUnreadable
    }

    /// The hashes, for tests and debuggers.
    public var description: String {
        let hashes = [email, domain, address, fingerprint].map { $0?.description ?? "-" }.joined(separator: " ")
        return "\(hashes)\(isDisposable ? " disposable" : "")\(isUnreadable ? " unreadable" : "")"
    }
}
