import Foundation
import Testing

/// Counts the things that a process has open at a moment, by the system's and by its own figures.
struct ProcessUse: Equatable, CustomStringConvertible {
    var descriptors: Int
    var threads: Int
    var readers: Int
    var connections: Int
    var residentBytes: Int

    /// Looks at a running server.
    init(_ server: UsherServerProcess) async throws {
        let directory = "/proc/\(server.number)"
        descriptors = try FileManager.default.contentsOfDirectory(atPath: directory + "/fd").count
        threads = try FileManager.default.contentsOfDirectory(atPath: directory + "/task").count
        let text = try await ClaimClient(url: server.url, key: "").text("/metrics")
        func figure(_ name: String) throws -> Int {
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name + " ") }, "no \(name)")
            return Int(try #require(Double(line.dropFirst(name.count + 1))))
        }
        readers = try figure("usher_store_readers")
        connections = try figure("usher_connections_open")
        residentBytes = try figure("process_resident_memory_bytes")
    }

    var description: String {
        "\(descriptors) descriptors, \(threads) threads, \(readers) readers, \(connections) connections, "
            + "\(residentBytes >> 20) MiB"
    }

    /// Waits until a server has no more open than it had before, give or take what its pools keep.
    static func settles(_ server: UsherServerProcess, to before: ProcessUse, seconds: Int = 20) async throws
        -> ProcessUse
    {
        var now = try await ProcessUse(server)
        for _ in 0..<(seconds * 10) where !now.isWithin(before) {
            try await Task.sleep(for: .milliseconds(100))
            now = try await ProcessUse(server)
        }
        return now
    }

    /// Segments of the journal come and go, and the system's pool of threads breathes.
    func isWithin(_ before: ProcessUse) -> Bool {
        descriptors <= before.descriptors + 4 && threads <= before.threads + 8 && readers <= before.readers + 1
            && connections <= before.connections + 2
    }
}
