/// The personal data that a table owns: what an export shows of a person, and what an erasure does.
///
/// Data that a record only points at by number is owned by the table that has it.
struct PersonalData<Owner: Record>: Sendable {
    /// Which kind of data a field is.
    enum Kind: Sendable {
        /// The tenant's id of a person.
        case account
        /// A hash of an e-mail address.
        case emailHash
        /// Free text or JSON that a tenant keeps of a claim or person, or an answer that may repeat it.
        case content
    }

    /// One field, by its name in `docs/formats/tables.md`; of the key or the value.
    struct Field: Sendable {
        var name: String
        var kind: Kind

        init(_ name: String, _ kind: Kind) {
            self.name = name
            self.kind = kind
        }
    }

    /// The effect of an erasure on the records of a person.
    enum Erasure: Sendable {
        /// They hold nothing of a person.
        case nothing
        /// They go; nothing is counted by them.
        case removed
        /// They stay, because places are counted by them, and the account in them becomes one that nobody has.
        case renamed
        /// They go with the record whose they are.
        case withOwner
        /// They go by themselves after their time.
        case expires
    }

    /// The fields that say something of persons.
    var fields: [Field]
    /// The effect of an erasure.
    var erasure: Erasure
    /// Finds the account that a record belongs to; nil where it is nobody's, or only by way of another record.
    var account: @Sendable (Owner.ID, Owner.Value) -> AccountID?
    /// Finds the second account, in a table whose records are of two persons.
    var other: (@Sendable (Owner.ID, Owner.Value) -> AccountID?)?

    /// The records say nothing of a person.
    static var none: PersonalData { PersonalData(fields: [], erasure: .nothing) { _, _ in nil } }
}
