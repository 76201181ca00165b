internal import Crypto
internal import Store

/// Gives the words of reward policies their numbers: the same word has one number in a tenant, for ever.
enum RewardWords {
    /// The place of a word among those that are there: its own where it is known, else the free one that it would take.
    ///
    /// The number is 32 bits of the word's hash; where another word has it, the next one that is free.
    static func place(of word: RewardWord, find: (UInt32) -> RewardWord?) -> (number: UInt32, isKnown: Bool) {
        let hash = SHA256.hash(data: [word.kind.rawValue] + Array(word.text.utf8))
        var number = hash.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        while true {
            // 0 is no word.
            if number == 0 { number = 1 }
            guard let there = find(number) else { return (number, false) }
            if there == word { return (number, true) }
            number &+= 1
        }
    }

    /// The number of a word; nil where it was never used.
    static func number(of word: RewardWord, tenant: TenantNumber, state: some StateReading) -> UInt32? {
        let found = place(of: word) { RewardWords.find($0, tenant: tenant, state: state) }
        return found.isKnown ? found.number : nil
    }

    /// The word of a number; nil when there is none.
    static func find(_ number: UInt32, tenant: TenantNumber, state: some StateReading) -> RewardWord? {
        state.find(RewardWordRecord.self, RewardWordKey(tenant: tenant, word: number))
    }

    /// Gives a word its number if it has none yet.
    static func keep(_ word: RewardWord, tenant: TenantNumber, in state: Transaction) -> UInt32 {
        let found = place(of: word) { find($0, tenant: tenant, state: state) }
        if !found.isKnown {
            state.insert(RewardWordRecord.self, RewardWordKey(tenant: tenant, word: found.number), word)
        }
        return found.number
    }
}
