import Journal
import Wire

/// Keeps the text of the instant written last, because claims of one batch have one time.
struct ShownInstant {
    private var time: Timestamp?
    private var text = InlineArray<26, UInt8>(repeating: 0)

    /// Appends the instant in quotes.
    mutating func write(_ time: Timestamp, to writer: inout FixedText) {
        if time != self.time {
            self.time = time
            withUnsafeMutableBytes(of: &text) { bytes in
                var text = FixedText(bytes)
                text.time(time)
                precondition(text.count == bytes.count, "an instant has 24 characters")
            }
        }
        text.span.withUnsafeBytes { writer.raw($0) }
    }
}
