import ArgumentParser

/// The length of a list that comes in pages.
struct PageOptions: ParsableArguments {
    @Option(help: "Stop after so many rows; without it the list is followed to its end.") var limit: Int?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1.") }
    }
}
