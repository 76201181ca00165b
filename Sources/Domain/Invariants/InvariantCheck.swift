internal import Journal
internal import Store

/// One run of the checks: what it walks, and what it found.
struct InvariantCheck<State: StateScanning> {
    let state: State
    let limit: Int
    let progress: (String, UInt64) -> Void
    private(set) var violations: [Violation] = []

    init(state: State, limit: Int, progress: @escaping (String, UInt64) -> Void) {
        self.state = state
        self.limit = limit
        self.progress = progress
    }

    /// Notes a violation unless the rule holds.
    mutating func require(_ holds: Bool, _ rule: String, _ detail: @autoclosure () -> String) {
        if !holds, violations.count < limit { violations.append(Violation(rule: rule, detail: detail())) }
    }

    /// Notes a violation unless the owner of a unique text has that text.
    ///
    /// - Parameters:
    ///   - noun: The word for the text, with its article.
    ///   - key: The text's key.
    ///   - owner: The words for the thing that the key leads to.
    ///   - text: The text in the thing's row; nil when there is none.
    ///   - rule: The name of the rule.
    mutating func require(
        _ noun: String, _ key: TextKey, of owner: @autoclosure () -> String, is text: String?, _ rule: String
    ) {
        require(text == key.text, rule, "\(noun) belongs to \(owner()), which has another")
    }

    /// Reads every record of a table and lets it be checked, until enough is wrong.
    mutating func walk<Kind: Record>(_ record: Kind.Type) {
        guard violations.count < limit else { return }
        let name = "\(Kind.name)"
        var run = self
        var records: UInt64 = 0
        state.scan(Kind.table, prefix: Key(), from: nil, descending: false) { key, value in
            records += 1
            run.look(record, key, value, place: "record \(records) of \(name)")
            if records.isMultiple(of: 65_536) { run.progress(name, records) }
            return run.violations.count < run.limit
        }
        self = run
        progress(name, records)
    }

    /// - Parameters:
    ///   - record: The table's record.
    ///   - key: The key.
    ///   - value: The value.
    ///   - place: Names the record without showing anything of it.
    private mutating func look<Kind: Record>(
        _ record: Kind.Type, _ key: RawSpan, _ value: RawSpan, place: @autoclosure () -> String
    ) {
        guard key.byteCount <= Key.capacity, let id = Kind.ID(decoding: key), key.isEqual(to: id.key) else {
            return require(false, "record_key", "\(place()) has a key that cannot be read")
        }
        do throws(RecordDamage) {
            Kind.check(id, try Kind.decode(id, value), in: &self)
        } catch {
            require(false, "record", "\(place()) \(error.rawValue)")
        }
    }

    // MARK: For the checks of records

    /// The value under a key; nil when there is none, or one that cannot be read, which its own check says.
    func find<Kind: Record>(_ record: Kind.Type, _ id: Kind.ID) -> Kind.Value? {
        state.read(Kind.table, id.key) { try? Kind.decode(id, $0) } ?? nil
    }

    /// True if a record is there.
    func has<Kind: Record>(_ record: Kind.Type, _ id: Kind.ID) -> Bool {
        state.contains(Kind.table, id.key)
    }
}

extension RawSpan {
    fileprivate func isEqual(to key: Key) -> Bool {
        withUnsafeBytes { bytes in key.withBytes { bytes.elementsEqual($0) } }
    }
}
