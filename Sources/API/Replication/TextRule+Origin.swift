import Foundation

extension TextRule {
    /// The URL of a node: scheme, host and port, and nothing else.
    static let origin = TextRule(
        pattern: "^https?://[^/?#@]+$", check: (isOrigin, "Must be http(s)://HOST:PORT without a path."))

    @Sendable private static func isOrigin(_ text: String) -> Bool {
        guard text.utf8.count <= 255, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let url = URL(string: text)
        else { return false }
        return ["http", "https"].contains(url.scheme) && url.host?.isEmpty == false && url.path.isEmpty
            && url.query == nil && url.fragment == nil && url.user == nil
    }
}
