import API
package import NIOPosix

extension NIOThreadPool: BlockingThreads {
    package func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await runIfActive(work)
    }
}
