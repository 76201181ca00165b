import Wire

#if canImport(Glibc)
    import Glibc
#endif

/// The resources that this process has used, as the system counts them.
struct ProcessFigures {
    /// Processor time of all threads.
    var cpuSeconds: Double
    /// Memory that is in RAM: with the pages of LMDB's map that are there.
    var residentBytes: UInt64

    /// Asks the system; nil where it does not offer `/proc`.
    init?() {
        guard let memory = ProcessFigures.read("/proc/self/statm"), let usage = ProcessFigures.usage else { return nil }
        let fields = memory.split(separator: " ")
        guard fields.count > 1, let pages = UInt64(fields[1]) else { return nil }
        residentBytes = pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
        cpuSeconds = usage
    }

    private static var usage: Double? {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// A short file as text.
    private static func read(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = Glibc.read(file, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
