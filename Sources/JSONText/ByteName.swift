/// A text that is compared byte by byte: `String` takes canonically equivalent texts for the same one.
package struct ByteName: Hashable, Sendable {
    /// The text.
    package let text: String

    /// Wraps a text.
    package init(_ text: String) {
        self.text = text
    }

    /// Compares the bytes.
    package static func == (left: ByteName, right: ByteName) -> Bool { left.text.hasBytes(of: right.text) }

    /// Hashes the bytes.
    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
