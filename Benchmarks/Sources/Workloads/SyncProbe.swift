import Journal

/// The disk's own speed, which belongs beside every durable figure.
public struct SyncProbe: Sendable {
    /// Where to write.
    public var base: String

    /// Configures the probe.
    public init(base: String) {
        self.base = base
    }

    /// Writes and syncs 4 KiB, 300 times.
    public func run() async throws -> [Figure] {
        let directory = try BenchDirectory(under: base)
        let disk = RealDisk()
        let file = try disk.open(directory.path + "/probe", .create)
        defer { file.close() }
        let block = [UInt8](repeating: 0x5A, count: 4096)
        for index in 0..<300 { try file.write(block.span.bytes, at: UInt64(index * 4096)) }
        try file.synchronize()
        var times: [Double] = []
        for index in 0..<300 {
            times.append(
                try await seconds {
                    try file.write(block.span.bytes, at: UInt64(index * 4096))
                    try file.synchronize()
                })
        }
        times.sort()
        return [
            Figure("disk: write and fdatasync of 4 KiB, p50", times[150] * 1000, "ms"),
            Figure("disk: write and fdatasync of 4 KiB, p99", times[297] * 1000, "ms"),
        ]
    }
}
