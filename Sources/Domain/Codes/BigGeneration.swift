internal import Journal
internal import Store

/// Random codes in more pieces than one.
public struct BigGeneration: Sendable {
    /// The codes that are made.
    public let codes: MadeCodes
    /// Where; nobody sees any of it before ``finish(in:)``.
    public let range: PendingRange
    private let length: Int
    /// The share of the texts that each piece draws from first; in no order, so that a text does not tell when it was
    /// made.
    private let shares: [Int]

    /// Checks the order, takes its numbers and hides them.
    ///
    /// - Returns: nil when too many big commands are under way.
    /// - Throws: as ``Codes/generate(_:in:)``.
    public static func begin(
        _ command: GenerateCodes, in context: inout DecisionContext
    ) throws(Rejection) -> BigGeneration? {
        let plan = try Codes.plan(command, in: context)
        guard let range = PendingRanges.begin(plan.numbers, tenant: command.tenant, in: &context) else { return nil }
        let codes = plan.begin(at: range.first, in: &context)
        let shares = pieces(of: codes).indices.shuffled(using: &context.random)
        return BigGeneration(codes: codes, range: range, length: plan.length, shares: shares)
    }

    private init(codes: MadeCodes, range: PendingRange, length: Int, shares: [Int]) {
        self.codes = codes
        self.range = range
        self.length = length
        self.shares = shares
    }

    /// The pieces, in the order in which they are to be written.
    public var pieces: [Range<Int>] { BigGeneration.pieces(of: codes) }

    private static func pieces(of codes: MadeCodes) -> [Range<Int>] {
        stride(from: 0, to: codes.count, by: Codes.pieceMax).map { $0..<min($0 + Codes.pieceMax, codes.count) }
    }

    /// Stores the codes of a piece, unseen; their texts are of a share that no other piece draws from first.
    ///
    /// - Throws: `conflict` with `keyspace_exhausted`: give the command up.
    public func write(
        _ piece: Range<Int>, in context: inout DecisionContext
    ) throws(Rejection) -> BigCommandStep<Void> {
        guard context.pending.ranges.contains(range) else { return .lost }
        let share = TextShare(index: shares[piece.lowerBound / Codes.pieceMax], count: shares.count)
        _ = try Codes.write(codes, piece, length: length, from: share, in: &context)
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
