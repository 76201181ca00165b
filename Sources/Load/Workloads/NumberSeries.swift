/// The numbers of the redeemers of one event loop: every so many-th, so that loops need not agree on them.
struct NumberSeries: Sendable {
    private(set) var next: Int
    private let stride: Int
    /// The end of the numbers.
    private let end: Int

    /// - Parameters:
    ///   - first: The first number of all loops.
    ///   - worker: The number of this loop, from 0.
    ///   - workers: The number of loops.
    ///   - end: The end of the numbers; nil for no end.
    init(first: Int = 0, worker: Int, of workers: Int, end: Int? = nil) {
        next = first + worker
        stride = workers
        self.end = end ?? .max
    }

    /// Takes the next number; nil when all are taken.
    mutating func take() -> Int? {
        guard next < end else { return nil }
        defer { next += stride }
        return next
    }
}
