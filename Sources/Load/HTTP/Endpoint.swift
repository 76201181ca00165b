/// The server that requests are sent to: the parts of an `http://` URL.
public struct Endpoint: Equatable, Sendable {
    /// A reason why a URL cannot be used.
    public struct Fault: Error, CustomStringConvertible {
        /// The message for the user.
        public let description: String
    }

    /// A name or an address, without brackets.
    public let host: String
    /// The port.
    public let port: Int
    /// The path before every route; empty in most cases.
    public let path: String
    /// The value of `Host`.
    let authority: String

    /// Reads a URL.
    ///
    /// - Throws: ``Fault`` for everything but `http://`.
    public init(_ url: String) throws(Fault) {
        if url.hasPrefix("https://") {
            throw Fault(
                description: "\(url): the load is sent over http:// only, so that it measures the server and not TLS; "
                    + "name the server behind the proxy.")
        }
        guard url.hasPrefix("http://") else { throw Fault(description: "\(url) is not an http:// URL.") }
        let rest = url.dropFirst("http://".count)
        authority = String(rest.prefix { $0 != "/" })
        var path = String(rest.dropFirst(authority.count).prefix { $0 != "?" && $0 != "#" })
        while path.hasSuffix("/") { path.removeLast() }
        self.path = path
        let hostEnd: String.Index
        if authority.hasPrefix("["), let bracket = authority.firstIndex(of: "]") {
            host = String(authority[authority.index(after: authority.startIndex)..<bracket])
            hostEnd = authority.index(after: bracket)
        } else {
            hostEnd = authority.firstIndex(of: ":") ?? authority.endIndex
            host = String(authority[..<hostEnd])
        }
        let port = authority[hostEnd...]
        guard !host.isEmpty, !authority.contains("@"), port.isEmpty || port.hasPrefix(":"),
            let number = port.isEmpty ? 80 : Int(port.dropFirst()), (1...65_535).contains(number)
        else { throw Fault(description: "\(url) is not a URL of a server.") }
        self.port = number
    }
}
