import Journal
import Store
import TestSupport
import Testing

private let filtered = TableID(rawValue: 1)
private let other = TableID(rawValue: 2)
private let tables = [TableDefinition(filtered, "filtered"), TableDefinition(other, "other")]

@Suite struct `The filter of keys that are not there` {
    @Test(arguments: 1...24 as ClosedRange<UInt64>)
    func `finds every key of a random history, whenever it is built`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let state = try TemporaryState(tables: tables)
        let transaction = state.transaction
        var model: [UInt64: UInt64] = [:]
        var building: KeyFilterBuild?
        var uses = 0
        for _ in 0..<120 {
            if building == nil, random.next() % 6 == 0 { building = transaction.beginKeyFilter(of: [filtered]) }
            if let build = building, random.next() % 4 == 0 {
                // The build reads LMDB as it is now, however long ago it was begun.
                if !build.isDone { build.run() }
                transaction.advanceKeyFilter()
                if !transaction.isBuildingKeyFilter {
                    building = nil
                    uses += 1
                }
            }
            let mark = transaction.mark()
            let before = model
            for _ in 0..<(random.next() % 12) { change(&random, transaction, &model) }
            if random.next() % 4 == 0 {
                transaction.rollBack(to: mark)
                model = before
            }
            switch random.next() % 4 {
            case 0: try state.commit()
            case 1: try state.finishFrame()
            default: break
            }
            for number in 0..<300 as Range<UInt64> { #expect(value(number, in: transaction) == model[number]) }
        }
        #expect(uses > 0)
        #expect(transaction.keyFilterBytes > 0)
    }

    private func change(
        _ random: inout SeededGenerator, _ transaction: Transaction, _ model: inout [UInt64: UInt64]
    ) {
        let number = random.next() % 300
        if model[number] != nil, random.next() % 3 == 0 {
            transaction.remove(filtered, key(number))
            model[number] = nil
        } else if model[number] == nil {
            transaction.insert(filtered, key(number)) { $0.append(compact: number) }
            model[number] = number
        }
    }

    @Test func `spares nearly all walks for keys that were never there, and none of another table`() throws {
        let state = try TemporaryState(tables: tables)
        let transaction = state.transaction
        for number in 0..<10_000 as Range<UInt64> {
            transaction.insert(filtered, key(number)) { $0.append(compact: number) }
            transaction.insert(other, key(number)) { $0.append(compact: number) }
        }
        try state.commit()
        let build = transaction.beginKeyFilter(of: [filtered])
        build.run()
        transaction.advanceKeyFilter()
        var ruledOut = 0
        for number in 1_000_000..<1_010_000 as Range<UInt64> {
            ruledOut += transaction.isRuledOut(filtered, key(number)) ? 1 : 0
            #expect(!transaction.isRuledOut(other, key(number)))
        }
        #expect(ruledOut > 9_900)
        for number in 0..<10_000 as Range<UInt64> { #expect(value(number, in: transaction, other) == number) }
    }

    @Test func `keys that arrive while it is built are taken over in steps, and all of them`() throws {
        let state = try TemporaryState(tables: tables)
        let transaction = state.transaction
        let build = transaction.beginKeyFilter(of: [filtered])
        for number in 0..<50_000 as Range<UInt64> {
            transaction.insert(filtered, key(number)) { $0.append(compact: number) }
        }
        build.run()
        var steps = 0
        while transaction.isBuildingKeyFilter {
            transaction.advanceKeyFilter()
            steps += 1
        }
        #expect(steps == 4)
        for number in 0..<50_000 as Range<UInt64> { #expect(value(number, in: transaction) == number) }
        #expect(transaction.isRuledOut(filtered, key(60_000)))
    }

    @Test func `a build that was cancelled leaves everything as it was`() throws {
        let state = try TemporaryState(tables: tables)
        let transaction = state.transaction
        for number in 0..<20_000 as Range<UInt64> {
            transaction.insert(filtered, key(number)) { $0.append(compact: number) }
        }
        try state.commit()
        let build = transaction.beginKeyFilter(of: [filtered])
        build.cancel()
        build.run()
        transaction.advanceKeyFilter()
        #expect(!transaction.isBuildingKeyFilter)
        #expect(transaction.keyFilterBytes == 0)
        #expect(value(19_999, in: transaction) == 19_999)
        #expect(!transaction.isRuledOut(filtered, key(50_000)))
    }
}
