import NIOCore

/// The parts that all requests of a run share, formatted once.
struct RequestParts: Sendable {
    private let endpoint: Endpoint
    private let fields: String

    init(_ endpoint: Endpoint, key: String, tenant: String?) {
        self.endpoint = endpoint
        let tenantField = tenant.map { "usher-tenant: \($0)\r\n" } ?? ""
        fields = "host: \(endpoint.authority)\r\nauthorization: Bearer \(key)\r\n\(tenantField)"
    }

    /// The head of a request up to the value of `content-length`.
    func post(_ path: String, type: String = "application/json") -> [UInt8] {
        Array(
            "POST \(endpoint.path)\(path) HTTP/1.1\r\n\(fields)content-type: \(type)\r\ncontent-length: ".utf8)
    }

    /// The bytes of a POST without a body before and after the part of its path that differs.
    func emptyPost(_ path: String, _ tail: String) -> (before: [UInt8], after: [UInt8]) {
        (
            Array("POST \(endpoint.path)\(path)".utf8),
            Array("\(tail) HTTP/1.1\r\n\(fields)content-length: 0\r\n\r\n".utf8)
        )
    }

    /// A whole GET.
    func get(_ path: String) -> [UInt8] { Array("GET \(endpoint.path)\(path) HTTP/1.1\r\n\(fields)\r\n".utf8) }
}
