public import Store

/// Something that is to be done at a time, declared once and carried out by the sequencer.
///
/// The record of the table that is ordered by time declares it: ``Deadlines/all`` follows from the list of all tables.
///
/// A command that gives a thing a deadline writes a record whose key is (tenant, instant, number); a command that ends
/// the thing otherwise removes the record. The table is the truth; the sequencer finds in it what falls due, over
/// restarts and promotions.
///
/// ```swift
/// extension LiveHoldRecord: Deadline {
///     static let isAwaited = true
///     …
/// }
/// ```
public protocol Deadline: SendableMetatype {
    /// The table whose keys begin with tenant, instant (`be64`) and number (compact).
    static var table: TableID { get }

    /// The time from the instant in the key until it falls due.
    static var delayMilliseconds: Int64 { get }

    /// True if a decision or an answer could differ before it is settled: then it is the first thing that a batch
    /// decides. False if every reader of the thing checks its time, so that settling only tidies up.
    static var isAwaited: Bool { get }

    /// The number of records that settling touches, for the pieces that it is done in.
    static func records(of entry: DueEntry, in state: Transaction) -> Int

    /// Does what is due.
    ///
    /// - Returns: False when there was nothing to do: the thing has ended otherwise, or is not due.
    static func settle(_ entry: DueEntry, in context: inout DecisionContext) -> Bool
}
