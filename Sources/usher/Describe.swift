import Engine
import Foundation
import Journal

/// An error in words.
func describe(_ error: any Error) -> String {
    if let error = error as? EngineError { return error.message }
    if let error = error as? any LocalizedError, let text = error.errorDescription { return text }
    return "\(error)"
}

/// Bytes for people: `1.4 GiB`.
func describe(bytes: UInt64) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1024, unit + 1 < units.count {
        value /= 1024
        unit += 1
    }
    return unit == 0 ? "\(bytes) bytes" : "\(String(format: "%.1f", value)) \(units[unit])"
}

/// An instant as the API writes it: `2026-11-20T23:41:00.123Z`.
func describe(_ time: Timestamp) -> String {
    let date = Date(timeIntervalSince1970: Double(time.milliseconds) / 1000)
    return date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
}
