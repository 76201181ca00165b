internal import Foundation

/// Formats numbers for people.
enum Figure {
    /// Formats a number with three significant digits: `12.3`, `0.0123`.
    static func short(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return "0" }
        let digits = max(0, min(6, 2 - Int(log10(abs(value)).rounded(.down))))
        return String(format: "%.\(digits)f", value)
    }

    /// Formats a number without a fraction.
    static func whole(_ value: Double) -> String { String(format: "%.0f", value) }

    /// Formats bytes as megabytes.
    static func megabytes(_ bytes: Double) -> String { String(format: "%.1f MB", bytes / 1e6) }
}
