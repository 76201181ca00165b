import NIOCore
import NIOHTTP1
import Synchronization

/// Remembers the bodies that each version of a resource was shown with.
final class ETagBook: Sendable {
    private let bodies = Mutex<[String: ByteBuffer]>([:])
    private let findings: Findings

    private static let keptMax = 5000

    init(_ findings: Findings) { self.findings = findings }

    /// Reports when one version has two bodies.
    func note(path: String, _ reply: Reply) {
        guard reply.status == 200, let tag = reply.headers.first(name: "etag") else { return }
        let name = path + " " + tag
        let other = bodies.withLock { bodies -> ByteBuffer? in
            if bodies.count >= ETagBook.keptMax { bodies.removeAll(keepingCapacity: true) }
            if let known = bodies[name], known != reply.body { return known }
            bodies[name] = reply.body
            return nil
        }
        guard let other else { return }
        findings.report(
            .readsAgree,
            "\(path) has the ETag \(tag) with two bodies: \(String(buffer: other)) and \(reply.text)")
    }
}
