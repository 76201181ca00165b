import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// An answer of a node.
///
/// `@unchecked Sendable`: `json` is a tree of immutable Foundation values that nobody else holds.
struct Reply: @unchecked Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: ByteBuffer
    var json: [String: Any]

    var code: String { json["code"] as? String ?? json["error"] as? String ?? "" }
    var position: Position? { headers.first(name: "usher-position").flatMap(Position.init) }
    var text: String { String(buffer: body) }
    var data: [String: Any] { json["data"] as? [String: Any] ?? [:] }
    var rows: [[String: Any]] { json["data"] as? [[String: Any]] ?? [] }
    /// For evidence: short enough to read.
    var brief: String { "\(status) \(text.prefix(400))" }
}
