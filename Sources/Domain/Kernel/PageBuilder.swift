internal import Store

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
