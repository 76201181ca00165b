import Journal
import Store
import TestSupport
import Testing

private let first = TableID(rawValue: 1)
private let second = TableID(rawValue: 2)
private let tables = [TableDefinition(first, "first"), TableDefinition(second, "second")]

@Suite struct `Transactions` {
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `a random history reads like a dictionary, through layers, rollbacks and commits`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let state = try TemporaryState(tables: tables)
        let transaction = state.transaction
        var model: [UInt64: UInt64] = [:]
        transaction.watch([second])
        transaction.watch([first])
        for round in 0..<60 {
            // Half of the histories know early which keys are absent.
            if round == 5, seed.isMultiple(of: 2) {
                transaction.beginKeyFilter(of: [first]).run()
                while transaction.isBuildingKeyFilter { transaction.advanceKeyFilter() }
            }
            let seen = (version: transaction.watchedVersion, model: model)
            let mark = transaction.mark()
            let before = (model, transaction.digest)
            for _ in 0..<(random.next() % 30) { step(&random, transaction, &model) }
            if random.next() % 3 == 0 {
                transaction.rollBack(to: mark)
                model = before.0
                #expect(transaction.digest == before.1)
            }
            #expect(transaction.watchedVersion != seen.version || model == seen.model, "a change is noticed")
            if random.next() % 4 == 0 {
                try state.commit()
            } else if random.next() % 3 == 0 {
                try state.finishFrame()
            }
            for number in 0..<40 as Range<UInt64> { #expect(value(number, in: transaction) == model[number]) }
        }
        let snapshot = try state.commit()
        for number in 0..<40 as Range<UInt64> { #expect(value(number, in: snapshot) == model[number]) }
        #expect(snapshot.computeDigest() == transaction.digest)
        #expect(snapshot.count(first) == model.count)
    }

    private func step(_ random: inout SeededGenerator, _ transaction: Transaction, _ model: inout [UInt64: UInt64]) {
        let number = random.next() % 40
        let content = random.next() >> (random.next() % 64)
        if random.next() % 3 == 0 {
            stepAtSpot(number, content, transaction, model[number])
            model[number] = content
        } else if random.next() % 6 == 0 {
            transaction.update(first, key(number), reading: StoreTests.number) { old, writer in
                #expect(old == model[number])
                writer.append(compact: content)
            }
            model[number] = content
        } else if model[number] == nil, random.next() % 2 == 0 {
            transaction.insert(first, key(number)) { $0.append(compact: content) }
            model[number] = content
        } else if model[number] != nil, random.next() % 3 == 0 {
            transaction.remove(first, key(number))
            model[number] = nil
        } else {
            transaction.put(first, key(number)) { $0.append(compact: content) }
            model[number] = content
        }
    }

    /// Writes a record where it was found, or where it was looked for in vain.
    private func stepAtSpot(_ number: UInt64, _ content: UInt64, _ transaction: Transaction, _ known: UInt64?) {
        let (found, spot) = transaction.locate(first, key(number), { StoreTests.number(in: $0) })
        #expect(found == known)
        // Other writes of the command do not move the spot.
        transaction.put(second, key(content)) { $0.append(content) }
        if found == nil {
            transaction.insert(first, key(number), at: spot) { $0.append(compact: content) }
        } else {
            transaction.put(first, key(number), at: spot) { $0.append(compact: content) }
        }
    }

    @Test func `numbers continue after a restart and are taken back with their command`() throws {
        let state = try TemporaryState(tables: tables)
        #expect(state.transaction.allocateNumber() == 1)
        let mark = state.transaction.mark()
        #expect(state.transaction.allocateNumber() == 2)
        state.transaction.rollBack(to: mark)
        state.transaction.insert(first, key(1)) { $0.append(byte: 1) }
        try state.commit()
        #expect(try state.store.transaction().allocateNumber() == 2)
    }

    @Test func `a layer whose digest is not the log's is refused and changes nothing`() throws {
        let state = try TemporaryState(tables: tables)
        state.transaction.insert(first, key(1)) { $0.append(byte: 1) }
        var buffer = FrameBuffer()
        state.transaction.encodeFrame(into: &buffer)
        let replay = FrameReplay(store: state.store)
        let wrong = JournalPoint(
            position: LogPosition(epoch: 1, sequence: 1), chain: .zero, digest: Hash128(low: 1, high: 2),
            time: Timestamp(milliseconds: 1))
        try replay.add(payload: buffer.bytes.bytes, at: wrong.position)
        #expect(throws: StoreError.self) { try state.store.apply(replay.seal(), leadingTo: wrong) }
        #expect(try state.store.snapshot().point() == .beginning)
        #expect(try state.store.snapshot().count(first) == 0)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `bytes that are not a frame body are refused, never read out of bounds`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let state = try TemporaryState(tables: tables)
        for number in 1...20 as ClosedRange<UInt64> {
            state.transaction.insert(first, key(number)) { $0.append(random.next()) }
        }
        var buffer = FrameBuffer()
        state.transaction.encodeFrame(into: &buffer)
        let body = buffer.bytes.map { $0 }
        for length in 1..<body.count {
            let replay = FrameReplay(store: state.store)
            let cut = Array(body[..<length])
            #expect(throws: StoreError.self) {
                try replay.add(payload: cut.span.bytes, at: LogPosition(epoch: 1, sequence: 1))
            }
        }
        for _ in 0..<500 {
            var changed = body
            changed[Int(random.next() % UInt64(body.count))] ^= UInt8(1 << (random.next() % 8))
            let replay = FrameReplay(store: state.store)
            try? replay.add(payload: changed.span.bytes, at: LogPosition(epoch: 1, sequence: 1))
        }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `a scan walks exactly the keys with the prefix, both ways and from anywhere`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let state = try TemporaryState(tables: tables)
        var model: Set<[UInt8]> = []
        for _ in 0..<300 {
            var key = Key()
            key.append(byte: UInt8(random.next() % 3) &+ 254)
            for _ in 0..<(random.next() % 3) { key.append(byte: UInt8(truncatingIfNeeded: random.next() % 4 &+ 253)) }
            if model.insert(key.bytes).inserted { state.transaction.insert(first, key) { $0.append(byte: 0) } }
        }
        let snapshot = try state.commit()
        for _ in 0..<200 {
            var prefix = Key()
            for _ in 0..<(random.next() % 3) { prefix.append(byte: UInt8(random.next() % 3) &+ 254) }
            var start = prefix
            for _ in 0..<(random.next() % 2) { start.append(byte: UInt8(truncatingIfNeeded: random.next())) }
            let descending = random.next() % 2 == 0
            let from = random.next() % 2 == 0 ? start : nil
            var found: [[UInt8]] = []
            snapshot.scan(first, prefix: prefix, from: from, descending: descending) { key, _ in
                found.append(key.withUnsafeBytes { Array($0) })
                return true
            }
            let prefixBytes = prefix.bytes
            var expected = model.filter { $0.starts(with: prefixBytes) }.sorted { $0.lexicographicallyPrecedes($1) }
            if let from = from?.bytes {
                expected = expected.filter {
                    descending ? !from.lexicographicallyPrecedes($0) : !$0.lexicographicallyPrecedes(from)
                }
            }
            #expect(found == (descending ? expected.reversed() : expected))
        }
    }
}
