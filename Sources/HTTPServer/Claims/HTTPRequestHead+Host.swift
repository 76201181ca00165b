import NIOHTTP1

extension HTTPRequestHead {
    /// True if there is one `Host`, as HTTP/1.1 asks for (RFC 9112 section 3.2); HTTP/1.0 may leave it out.
    var namesItsHost: Bool {
        var count = 0
        for (name, _) in headers where name.utf8.count == 4 && name.lowercased() == "host" { count += 1 }
        return count == 1 || count == 0 && version == .http1_0
    }
}
