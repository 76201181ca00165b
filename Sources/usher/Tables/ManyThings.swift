import JSONText

/// Does one thing after the other, prints what became of each, and tells of those that were refused.
struct ManyThings {
    let list: ListTable
    let form: RowPrinter.Form

    /// Does the same for each name.
    ///
    /// - Parameters:
    ///   - names: The names as they were given.
    ///   - work: Does it and gives back the thing.
    /// - Throws: ``CommandFailure`` behind the last one if any was refused; at once if the server cannot be reached.
    func run(_ names: [String], _ work: (String) async throws -> JSONTree) async throws {
        var printer = RowPrinter(list, form)
        var refused = 0
        defer { printer.end(none: nil) }
        for name in names {
            do {
                printer.take([try await work(name)])
            } catch let failure as CommandFailure where failure.code == Exit.failed {
                refused += 1
                Terminal.note("\(name): \(failure.description)")
            }
        }
        if refused > 0 { throw CommandFailure("\(refused) of \(names.count) were refused.") }
    }
}
