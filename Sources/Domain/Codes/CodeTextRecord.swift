internal import Store

/// The table of codes by their text: one code to a text, because it is one key.
enum CodeTextRecord: Record {
    static let table = Tables.codeTexts
    static let name: StaticString = "code_texts"
    static var personalData: PersonalData<CodeTextRecord> { .none }

    static func check<State: StateScanning>(
        _ id: TextKey, _ owner: EntityNumber, in check: inout InvariantCheck<State>
    ) {
        let row = check.find(CodeRecord.self, EntityKey(tenant: id.tenant, number: owner))
        check.require("a text", id, of: "code \(owner.rawValue)", is: row?.text, "code_text")
    }
}
