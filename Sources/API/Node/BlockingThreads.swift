/// Threads for work that blocks.
package protocol BlockingThreads: Sendable {
    /// Runs `work` on one of the threads, as soon as one is free.
    ///
    /// - Throws: what `work` throws, or that the threads have ended.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value
}
