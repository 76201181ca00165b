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
    /// When the process began, in seconds since 1970.
    var startSeconds: Double

    /// Asks the system; nil where it does not offer `/proc`.
    init?() {
        guard let memory = ProcessFigures.read("/proc/self/statm"), let usage = ProcessFigures.usage,
            let start = ProcessFigures.start
        else { return nil }
        let fields = memory.split(separator: " ")
        guard fields.count > 1, let pages = UInt64(fields[1]) else { return nil }
        residentBytes = pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
        cpuSeconds = usage
        startSeconds = start
    }

    private static var start: Double? {
        guard let text = read("/proc/self/stat"), let name = text.lastIndex(of: ")") else { return nil }
        // proc(5): the start is field 22, in ticks after boot; the name, which may have spaces, is field 2.
        let fields = text[text.index(after: name)...].split(separator: " ")
        var (boot, wall) = (timespec(), timespec())
        guard fields.count > 19, let ticks = Double(fields[19]), clock_gettime(CLOCK_BOOTTIME, &boot) == 0,
            clock_gettime(CLOCK_REALTIME, &wall) == 0
        else { return nil }
        let now = Double(wall.tv_sec - boot.tv_sec) + Double(wall.tv_nsec - boot.tv_nsec) / 1e9
        return (now + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))).rounded()
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
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = Glibc.read(file, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
