import NIOCore
import Wire

/// Strong entity tags: `"<epoch>.<version>~<hash of the body>"`.
///
/// A change is compared with the version. The hash tells apart answers that differ without a new version, such as
/// those for a code that expires; the epoch tells apart equal versions of two histories.
enum EntityTag {
    static func make(version: String, body: ByteBuffer) -> String {
        "\"\(version)~\(hash(body))\""
    }

    static func make(body: ByteBuffer) -> String {
        "\"\(hash(body))\""
    }

    /// The tag of an answer in an epoch.
    static func add(epoch: UInt64, to tag: String) -> String { "\"\(epoch).\(bareTag(tag))\"" }

    /// The version inside a tag of `epoch`; for a tag of another epoch a version that no resource has.
    static func version(of tag: some StringProtocol, in epoch: UInt64) -> String {
        let bare = bareTag(tag)
        if bare == "*" { return bare }
        let prefix = "\(epoch)."
        guard bare.hasPrefix(prefix) else { return "of another epoch" }
        return String(bare.dropFirst(prefix.count).prefix { $0 != "~" })
    }

    /// True if an `If-None-Match` field names the tag.
    static func matches(_ field: String, _ tag: String) -> Bool {
        field.split(separator: ",").contains { bareTag($0) == "*" || bareTag($0) == bareTag(tag) }
    }

    private static func bareTag(_ tag: some StringProtocol) -> String {
        var text = String(tag).trimmingPrefix { $0 == " " }
        if text.hasPrefix("W/") { text = text.dropFirst(2) }
        while text.last == " " { text = text.dropLast() }
        if text.count >= 2, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
        return String(text)
    }

    private static func hash(_ body: ByteBuffer) -> String {
        Base64URL.encode(SHA256Prefix.of(body))
    }
}
