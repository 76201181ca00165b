internal import Journal
internal import Store

// Commands that touch too many records for one turn of the sequencer. Each is a beginning, pieces and an end, every one
// of them an ordinary command; between them stands a range in `PendingCodes`.

extension Codes {
    /// The most codes or rows that are decided in one turn.
    public static let pieceMax = 1000
    /// The most bytes of long fields that are stored in one turn.
    static let pieceBytesMax = 256 << 10
    /// The most records that are removed in one turn.
    static let removalsMax = 3000
    /// The most numbers that are looked through in one turn.
    static let lookupsMax = 10_000
}

/// What a piece of a big command ends in.
public enum BigCommandStep<Value: Sendable>: Sendable {
    /// It is carried out.
    case done(Value)
    /// Its range is not pending any more: another primary has given the command up meanwhile.
    case lost
}

/// Random codes in more pieces than one.
public struct BigGeneration: Sendable {
    /// What is made.
    public let codes: MadeCodes
    /// Where; nobody sees any of it before ``finish(in:)``.
    public let range: PendingRange
    private let length: Int

    /// Checks the order, takes its numbers and hides them.
    ///
    /// - Returns: nil when too many big commands are under way.
    /// - Throws: as ``Codes/generate(_:in:)``.
    public static func begin(
        _ command: GenerateCodes, in context: inout DecisionContext
    ) throws(Rejection) -> BigGeneration? {
        let plan = try Codes.plan(command, in: context)
        guard let range = PendingCodes.begin(plan.numbers, tenant: command.tenant, in: &context) else { return nil }
        return BigGeneration(codes: plan.begin(at: range.first, in: &context), range: range, length: plan.length)
    }

    private init(codes: MadeCodes, range: PendingRange, length: Int) {
        self.codes = codes
        self.range = range
        self.length = length
    }

    /// The pieces, in the order in which they are to be written.
    public var pieces: [Range<Int>] {
        stride(from: 0, to: codes.count, by: Codes.pieceMax).map { $0..<min($0 + Codes.pieceMax, codes.count) }
    }

    /// Stores the codes of a piece, unseen.
    ///
    /// - Throws: `conflict` with `keyspace_exhausted`: give the command up.
    public func write(
        _ piece: Range<Int>, in context: inout DecisionContext
    ) throws(Rejection) -> BigCommandStep<Void> {
        guard context.pending.ranges.contains(range) else { return .lost }
        _ = try Codes.write(codes, piece, length: length, in: &context)
        return .done(())
    }

    /// Lets everybody see all codes, with this one command.
    public func finish(in context: inout DecisionContext) -> BigCommandStep<MadeCodes> {
        guard context.pending.ranges.contains(range) else { return .lost }
        PendingCodes.end(range, in: &context)
        return .done(codes)
    }
}

/// An import in more pieces than one.
public struct BigImport: Sendable {
    /// Where its codes are; nobody sees any of them before ``finish(in:)``.
    public let range: PendingRange
    private var progress: ImportProgress

    /// What is known so far.
    public var report: ImportReport { progress.report }

    /// Takes the numbers that the rows can need and hides them.
    ///
    /// - Returns: nil when too many big commands are under way.
    /// - Precondition: there is a row.
    public static func begin(_ command: ImportCodes, in context: inout DecisionContext) -> BigImport? {
        guard let range = PendingCodes.begin(command.numbersMax, tenant: command.tenant, in: &context) else {
            return nil
        }
        return BigImport(
            range: range,
            progress: ImportProgress(tenant: command.tenant, first: range.first, now: context.now))
    }

    /// Stores the codes of the good rows of a piece, unseen; gives the import as it is afterwards.
    public func take(
        _ piece: ArraySlice<ImportRow>, in context: inout DecisionContext
    ) -> BigCommandStep<BigImport> {
        guard context.pending.ranges.contains(range) else { return .lost }
        var next = self
        next.progress.take(piece, in: context.state)
        return .done(next)
    }

    /// Lets everybody see all codes, with this one command.
    public func finish(in context: inout DecisionContext) -> BigCommandStep<ImportReport> {
        guard context.pending.ranges.contains(range) else { return .lost }
        PendingCodes.end(range, in: &context)
        return .done(report)
    }
}

extension PendingCodes {
    /// Removes a piece of what a big command that was given up has stored, and at last its range.
    ///
    /// Nobody has seen any of it, and nobody sees it go.
    ///
    /// - Parameter end: what ``PendingRange/end`` was; nothing happens when it is not pending.
    /// - Returns: whether something is left.
    public static func removePiece(ofRangeBefore end: EntityNumber, in context: inout DecisionContext) -> Bool {
        guard let range = context.pending.ranges.first(where: { $0.end == end }) else { return false }
        var number = range.first
        var removed = 0
        while number < range.end, removed < Codes.removalsMax,
            number.rawValue - range.first.rawValue < UInt64(Codes.lookupsMax)
        {
            if let row = Codes.row(number, tenant: range.tenant, state: context.state) {
                Codes.remove(row, number, tenant: range.tenant, in: context.state)
                removed += 4
            } else {
                removed += Document.remove(number, tenant: range.tenant, in: context.state)
            }
            number = EntityNumber(rawValue: number.rawValue + 1)
        }
        guard number < range.end else {
            PendingCodes.end(range, in: &context)
            return false
        }
        shrink(range, to: number, in: &context)
        return true
    }
}
