import Foundation

/// A line on a terminal that shows how far the run is; silent when nobody watches.
struct ProgressLine: Sendable {
    private let isShown = isatty(STDERR_FILENO) == 1

    func show(_ text: String) { write("\r\u{1B}[2K" + String(text.prefix(160))) }

    func clear() { write("\r\u{1B}[2K") }

    private func write(_ text: String) {
        if isShown { FileHandle.standardError.write(Data(text.utf8)) }
    }
}
