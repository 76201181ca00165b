import AsyncHTTPClient
import Load
import NIOCore
import NIOHTTP1

/// The client as a bench uses it, beside the load.
extension APIClient: Administration {
    func send(_ method: String, _ path: String, json: String?) async throws -> [UInt8] {
        let body = json.map { HTTPClientRequest.Body.bytes(ByteBuffer(string: $0)) }
        do {
            return try await collect(try await send(.RAW(value: method), path, Terms(isLong: true), body: body))
        } catch let failure as CommandFailure where failure.status == 403 {
            var failure = failure
            failure.description += "\nA bench makes its own campaign and codes: it needs a root or admin key."
            throw failure
        }
    }
}
