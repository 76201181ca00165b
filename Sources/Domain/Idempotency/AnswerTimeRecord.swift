internal import Journal
internal import Store

/// The table of stored answers by time: what is over first is found first.
enum AnswerTimeRecord: Record {
    static let table = Tables.idempotencyByTime
    static let name: StaticString = "idempotency_by_time"
    static var personalData: PersonalData<AnswerTimeRecord> { .none }

    static func check<State: StateScanning>(
        _ id: IdempotencyEntry, _ value: Nothing, in check: inout InvariantCheck<State>
    ) {
        let first = check.find(AnswerRecord.self, AnswerPartKey(answer: id.answer, part: 0))
        guard case .first(let record, _)? = first, record.createdAt == id.createdAt else {
            return check.require(false, "idempotency", "an entry by time has no answer")
        }
    }
}
