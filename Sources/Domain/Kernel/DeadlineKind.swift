/// The kind of a thing that falls due: the place of its deadline in ``Deadlines/all``.
public struct DeadlineKind: RawRepresentable, CaseIterable, Hashable, Sendable {
    /// The place; the same within a process, and stored nowhere.
    public let rawValue: UInt8

    /// The kinds of all deadlines.
    public static var allCases: [DeadlineKind] {
        Deadlines.all.indices.compactMap { DeadlineKind(rawValue: UInt8($0)) }
    }

    /// Finds a kind; nil when there is no deadline at that place.
    public init?(rawValue: UInt8) {
        guard Int(rawValue) < Deadlines.all.count else { return nil }
        self.rawValue = rawValue
    }

    /// Finds the kind of a deadline.
    init(of deadline: any Deadline.Type) {
        guard let place = Deadlines.all.firstIndex(where: { $0.table == deadline.table }) else {
            preconditionFailure("the record of a deadline is in the list of all tables")
        }
        rawValue = UInt8(place)
    }
}
