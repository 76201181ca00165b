import JSONText
import NIOCore
import Wire

/// The body of an answer while it is a value: its text is made when the decision is over, off the sequencer's thread.
struct ShownBody: Sendable {
    /// True if the text differs with the extent in which it is shown.
    var hasSecrets: Bool
    /// The version that the tag names; nil for none.
    var version: String?
    /// True if the answer has a tag.
    var isTagged: Bool
    var write: @Sendable (inout JSONWriter, Showing) -> Void

    /// The text and its tag.
    func text(_ showing: Showing) -> (body: ByteBuffer, tag: String?) {
        var writer = JSONWriter()
        write(&writer, showing)
        guard isTagged else { return (writer.buffer, nil) }
        let tag =
            version.map { EntityTag.make(version: $0, body: writer.buffer) } ?? EntityTag.make(body: writer.buffer)
        return (writer.buffer, tag)
    }
}
