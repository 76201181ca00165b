import Foundation

/// The resources that this process has used so far.
struct ProcessUsage {
    var cpuSeconds: Double
    var residentBytes: Double?

    /// The usage up to now.
    static var now: ProcessUsage {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        let seconds = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        let memory = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
        let pages = memory.flatMap { $0.count > 1 ? Double($0[1]) : nil }
        return ProcessUsage(cpuSeconds: seconds, residentBytes: pages.map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) })
    }
}
