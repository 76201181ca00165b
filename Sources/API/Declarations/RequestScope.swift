import Domain
import Journal
import Wire

/// The part of a request beside its body: whose it is, and the thing that its path names.
struct RequestScope: Sendable {
    /// Turns the ids that are shown into internal numbers.
    let ids: PublicIDs
    let tenant: TenantNumber
    /// The key that asks; nil for the root key of the command line.
    let credential: EntityNumber?
    /// The versions that `If-Match` names; nil without the field or for `*`.
    let expectedVersions: [String]?
    private let thing: (number: EntityNumber?, key: String?)

    /// The thing that the path names.
    ///
    /// - Precondition: the operation's path has a parameter `{id}`.
    var number: EntityNumber {
        guard let number = thing.number else { preconditionFailure("the path of this operation names no id") }
        return number
    }

    /// The campaign that the path names.
    ///
    /// - Precondition: the operation's path has a parameter `{id_or_key}`.
    var campaign: CampaignName {
        guard let key = thing.key else { preconditionFailure("the path of this operation names no key") }
        return CampaignName(key: key, orNumber: thing.number)
    }

    /// Takes the scope of a request.
    ///
    /// - Throws: 404 where the path names no thing that there can be.
    init(_ call: Call, noun: String) throws(Problem) {
        ids = call.ids
        tenant = call.tenant
        credential = call.access.isGivenRoot ? nil : call.access.credential
        expectedVersions = call.expectedVersions
        thing = try call.thing(noun)
    }

    /// The scope of a row, which says all of itself.
    init(ids: PublicIDs) {
        self.ids = ids
        tenant = .system
        credential = nil
        expectedVersions = nil
        thing = (nil, nil)
    }

    /// The scope of no request: for the description of a body.
    static let nobody = RequestScope()

    private init() {
        ids = PublicIDs(secret: Hash128(low: 0, high: 0))
        tenant = .system
        credential = nil
        expectedVersions = nil
        thing = (EntityNumber(rawValue: 1), "")
    }
}
