/// Figures from a server's `/metrics`.
struct ServerFigures: Sendable {
    private var values: [String: Double] = [:]

    /// Reads Prometheus' text format; families with labels are left out.
    init(_ text: [UInt8]) {
        for line in text.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
            let parts = String(decoding: line, as: UTF8.self).split(separator: " ")
            guard parts.count == 2, let value = Double(parts[1]) else { continue }
            values[String(parts[0])] = value
        }
    }

    /// Asks a server; nil when it does not say.
    static func read(_ administration: any Administration) async -> ServerFigures? {
        guard let text = try? await administration.send("GET", "/metrics", json: nil) else { return nil }
        return ServerFigures(text)
    }

    /// Memory of the process.
    var residentBytes: Double? { values["process_resident_memory_bytes"] }

    /// The growth since earlier figures, for each of `claims`.
    func report(since before: ServerFigures?, claims: Int) -> BenchReport.Server {
        var server = BenchReport.Server()
        server.residentBytes = residentBytes
        guard let before, claims > 0 else { return server }
        let grown = { (name: String) -> Double? in
            guard let now = values[name], let then = before.values[name] else { return nil }
            return (now - then) / Double(claims)
        }
        server.cpuSecondsPerMillionClaims = grown("process_cpu_seconds_total").map { $0 * 1e6 }
        server.journalBytesPerClaim = grown("usher_journal_frame_bytes_total")
        server.syncsPerClaim = grown("usher_journal_sync_duration_seconds_count")
        return server
    }
}
