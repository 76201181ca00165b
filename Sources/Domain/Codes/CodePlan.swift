internal import Journal

/// An order of random codes that was found to be right.
struct CodePlan {
    var tenant: TenantNumber
    var count: Int
    var length: Int
    var terms: CheckedTerms

    /// The number of numbers that the codes and their document take.
    var numbers: UInt64 { UInt64(count) + (terms.document == nil ? 0 : 1) }

    /// Stores what all codes share, under the first of their numbers.
    func begin(at number: EntityNumber, in context: inout DecisionContext) -> MadeCodes {
        var first = number
        var document: EntityNumber?
        if let shared = terms.document {
            shared.insert(number, tenant: tenant, in: context.state)
            document = number
            first = EntityNumber(rawValue: number.rawValue + 1)
        }
        return MadeCodes(
            numbers: CodeNumbers(tenant: tenant, first: first, count: count), limit: terms.limit,
            row: terms.row(kind: .random, text: "", document: document, now: context.now))
    }
}
