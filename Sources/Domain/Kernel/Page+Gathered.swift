extension Page {
    /// Makes a page of numbers that were gathered in no particular order.
    static func gathered(
        _ numbers: [EntityNumber], _ request: PageRequest, _ item: (EntityNumber) -> Item?
    ) -> Page<Item> {
        var items: [Item] = []
        var last: EntityNumber?
        for number in numbers.sorted(by: >) where request.after.map({ number < $0 }) ?? true {
            guard let made = item(number) else { continue }
            guard items.count < request.limit else { return Page(items: items, next: last) }
            items.append(made)
            last = number
        }
        return Page(items: items, next: nil)
    }
}
