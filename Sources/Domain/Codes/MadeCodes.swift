internal import Journal
public import Store

/// Random codes that one command makes: under neighbouring numbers, alike but for their texts.
///
/// It says all that the command's answer says but the texts, so an answer can be made again from it at any time: codes
/// never go, and what is shown of them here is how they were made.
public struct MadeCodes: Equatable, Sendable {
    private let numbers: CodeNumbers
    /// The places of each.
    let limit: UInt64
    /// The row of each, without its text.
    let row: CodeRow

    /// Whose codes.
    public var tenant: TenantNumber { numbers.tenant }
    /// The number of the first one.
    public var first: EntityNumber { numbers.first }
    /// The number of codes.
    public var count: Int { numbers.count }

    /// The number of a code, in order of creation.
    public func number(at index: Int) -> EntityNumber { numbers.number(at: index) }

    /// A code as it was made.
    func view(_ number: EntityNumber, text: String, in state: some StateReading) -> CodeView {
        let document = row.document.map { Document.read($0, tenant: tenant, state: state) }
        var row = row
        row.text = text
        // As they were made: what was taken back since is none of this.
        var views = CodeViews(tenant, in: state, now: row.createdAt, pending: PendingRanges())
        return views.view(number, row, CapacityCounter(limit: limit), document)
    }

    /// Some of the codes as they were made, in order.
    ///
    /// - Precondition: the state has them.
    public func views(_ indexes: Range<Int>, in state: some StateReading) -> [CodeView] {
        var view = view(EntityNumber(rawValue: 0), text: "", in: state)
        return indexes.map { index in
            let number = number(at: index)
            guard let row = Codes.row(number, tenant: tenant, state: state) else { damagedRecord("codes") }
            view.number = number
            view.text = row.text
            return view
        }
    }

    /// Writes down that the codes are there: one event for all of them.
    func recordCreated(in context: borrowing DecisionContext) {
        context.record(
            .codeCreated, first, of: tenant,
            [
                .source: UInt64(CodeSource.generated.rawValue), .count: UInt64(count), .maxUses: limit,
                .campaign: row.campaign?.rawValue,
            ])
    }

    // MARK: Stored form

    private static let formatVersion: UInt8 = 1

    /// The stored form: what a repeated command is answered from.
    public var encoded: [UInt8] {
        ValueWriter.bytes { writer in
            numbers.encode(version: MadeCodes.formatVersion, to: &writer)
            writer.append(compact: limit)
            row.encode(to: &writer)
        }
    }

    /// Reads the stored form; nil when the bytes are not one.
    public init?(decoding bytes: RawSpan) {
        var reader = ValueReader(bytes)
        guard let numbers = CodeNumbers(version: MadeCodes.formatVersion, &reader) else { return nil }
        self.numbers = numbers
        limit = reader.compact()
        guard !reader.failed, let row = try? CodeRow(decoding: bytes.extracting(droppingFirst: reader.position)) else {
            return nil
        }
        self.row = row
    }

    init(numbers: CodeNumbers, limit: UInt64, row: CodeRow) {
        self.numbers = numbers
        self.limit = limit
        self.row = row
    }
}
