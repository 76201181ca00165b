internal import Journal
internal import Store

/// Random codes in more pieces than one.
public struct BigGeneration: Sendable {
    /// The codes that are made.
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
        guard let range = PendingRanges.begin(plan.numbers, tenant: command.tenant, in: &context) else { return nil }
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
        if context.pending.isHeldBack(range) { return .later }
        PendingRanges.end(range, in: &context)
        codes.recordCreated(in: context)
        return .done(codes)
    }
}
