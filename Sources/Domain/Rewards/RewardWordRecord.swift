internal import Store

/// The table of the words that reward policies use: units, currencies and families of campaigns.
enum RewardWordRecord: Record {
    static let table = Tables.rewardWords
    static let name: StaticString = "reward_words"
    static var personalData: PersonalData<RewardWordRecord> { .none }

    static func decode(_ id: RewardWordKey, _ bytes: RawSpan) throws(RecordDamage) -> RewardWord {
        var reader = ValueReader(bytes)
        guard let kind = RewardWordKind(rawValue: reader.byte()) else { throw .value }
        let text = reader.text(reader.remaining)
        try reader.finish()
        return RewardWord(kind: kind, text: text)
    }

    static func encode(_ word: RewardWord, to writer: inout ValueWriter) {
        writer.append(byte: word.kind.rawValue)
        writer.append(bytes: word.text.utf8)
    }

    /// It is found where its text is looked for.
    static func check<State: StateScanning>(
        _ id: RewardWordKey, _ word: RewardWord, in check: inout InvariantCheck<State>
    ) {
        let found = RewardWords.place(of: word) {
            check.find(RewardWordRecord.self, RewardWordKey(tenant: id.tenant, word: $0))
        }
        check.require(
            found.isKnown && found.number == id.word, "reward_word", "word \(id.word) is not found by its text")
    }
}
