internal import Store

/// Which part of a list is wanted.
public struct PageRequest: Equatable, Sendable {
    /// The length of a page when the caller does not say.
    public static let limitDefault = 500
    /// The longest page.
    public static let limitMax = 5000
    /// The most records that are looked at for one page.
    ///
    /// A page that has looked at so many ends as it is, however short, and says where to go on.
    public static let visitsMax = 10_000

    /// The most items of the page.
    public var limit: Int
    /// The last number of the page before, as ``Page/next`` gave it; nil for the first page.
    public var after: EntityNumber?

    /// Makes a request; the limit is brought into 1…``limitMax``.
    public init(limit: Int = PageRequest.limitDefault, after: EntityNumber? = nil) {
        self.limit = min(max(limit, 1), PageRequest.limitMax)
        self.after = after
    }
}

/// A part of a list, newest first.
///
/// A list whose filter matches little ends a page after ``PageRequest/visitsMax`` records: then it has fewer items than
/// were asked for, also none, and ``hasMore`` all the same.
public struct Page<Item: Sendable>: Sendable {
    /// The items.
    public var items: [Item]
    /// Where the next page resumes: below this number; nil at the end of the list.
    public var next: EntityNumber?
    /// Whether there is more.
    public var hasMore: Bool { next != nil }

    /// Makes a page.
    public init(items: [Item], next: EntityNumber?) {
        self.items = items
        self.next = next
    }
}

extension StateScanning {
    /// Walks a table or index whose keys are a prefix and a number, newest first, and makes a page of what `item` takes.
    ///
    /// - Parameter pending: numbers that are leapt over.
    /// - Complexity: O(records visited), at most ``PageRequest/visitsMax``; `item` decides from number and value, nil
    ///   leaves a record out.
    func page<Item: Sendable>(
        _ table: TableID, prefix: borrowing Key, _ request: PageRequest, without pending: PendingCodes = PendingCodes(),
        _ item: (EntityNumber, RawSpan) -> Item?
    ) -> Page<Item> {
        var page = PageBuilder<Item>(limit: request.limit)
        let prefixCount = prefix.count
        var after = request.after
        while true {
            var start: Key?
            if let after {
                guard after.rawValue > 1 else { return page.page }
                var key = copy prefix
                key.append(compact: after.rawValue - 1)
                start = key
            }
            var hidden: PendingRange?
            scan(table, prefix: prefix, from: start, descending: true) { key, value in
                var reader = ValueReader(key.afterPrefix(prefixCount))
                let number = reader.entity()
                hidden = pending.range(around: number)
                guard hidden == nil, page.visit(number) else { return false }
                guard let made = item(number, value) else { return true }
                return page.add(made, number)
            }
            guard let hidden else { return page.page }
            after = hidden.first
        }
    }

    /// Walks a table or index whose keys are a prefix and a number, oldest first.
    func forEach(_ table: TableID, prefix: borrowing Key, _ visit: (EntityNumber, RawSpan) -> Bool) {
        let prefixCount = prefix.count
        scan(table, prefix: prefix, from: nil, descending: false) { key, value in
            var reader = ValueReader(key.afterPrefix(prefixCount))
            return visit(reader.entity(), value)
        }
    }
}

/// Gathers a page until it is known whether there is another, or until enough was looked at.
struct PageBuilder<Item: Sendable> {
    private let limit: Int
    private var last: EntityNumber?
    private var visits = 0
    private(set) var page = Page<Item>(items: [], next: nil)

    init(limit: Int) {
        self.limit = limit
    }

    /// Counts a look at a record that decides about a number and those above it; false when the page has looked at
    /// enough and ends before the record.
    mutating func visit(_ number: EntityNumber) -> Bool {
        guard visits < PageRequest.visitsMax else {
            page.next = EntityNumber(rawValue: number.rawValue + 1)
            return false
        }
        visits += 1
        return true
    }

    /// Adds an item; false when the page was full, so that there is a next one.
    mutating func add(_ item: Item, _ number: EntityNumber) -> Bool {
        guard page.items.count < limit else {
            page.next = last
            return false
        }
        page.items.append(item)
        last = number
        return true
    }
}

/// What a PATCH says about one field.
public enum Patch<Value: Sendable>: Sendable {
    /// Nothing: the field is absent and stays as it is.
    case keep
    /// The new value; nil is an explicit `null`.
    case set(Value?)
}

extension Patch: Equatable where Value: Equatable {}
