import API
import HummingbirdCore
import NIOCore
import NIOHTTP1
import Wire

/// The parts of a request's body as Hummingbird hands them over; bytes that are no HTTP are a problem with a status.
struct RequestParts: AsyncSequence, Sendable {
    private let body: RequestBody

    init(_ body: RequestBody) {
        self.body = body
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var parts: RequestBody.AsyncIterator

        mutating func next() async throws -> ByteBuffer? {
            do {
                return try await parts.next(isolation: #isolation)
            } catch is HTTPParserError {
                throw Problem.notHTTP
            }
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(parts: body.makeAsyncIterator()) }
}
