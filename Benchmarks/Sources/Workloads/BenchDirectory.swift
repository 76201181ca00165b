import Foundation

/// A directory for one run, beside the current one, because that is the disk that is to be measured.
final class BenchDirectory: Sendable {
    let path: String

    init(under base: String) throws {
        path = "\(base)/usher-bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Peak anonymous memory of this process in bytes, as Linux counts it.
func residentAnonymousBytes() -> Double {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("RssAnon") }),
        let kilobytes = Double(line.split(whereSeparator: { !$0.isNumber }).first ?? "")
    else { return 0 }
    return kilobytes * 1024
}

/// Seconds that `body` takes.
func seconds(_ body: () async throws -> Void) async rethrows -> Double {
    let duration = try await ContinuousClock().measure(body)
    return Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
}
