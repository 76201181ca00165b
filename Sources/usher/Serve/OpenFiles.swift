import Foundation

/// The limit on open files, of which every connection is one.
enum OpenFiles {
    /// The fewest connections that a server is worth starting for.
    static let connectionsMin = 64

    /// Files that a server has open beside connections, generously; each thread waits at two places.
    static func reserve(threads: Int) -> Int { 128 + 8 * threads }

    /// The limit now, and the highest that this process may set itself.
    static var limits: (now: UInt64, most: UInt64) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return (0, 0) }
        return (UInt64(limit.rlim_cur), UInt64(limit.rlim_max))
    }

    /// Raises the limit as far as needed and allowed; says how many connections it is enough for.
    static func raise(toServe connections: Int, threads: Int) -> Int {
        let needed = UInt64(connections + reserve(threads: threads))
        let (now, most) = limits
        guard now < needed else { return connections }
        var limit = rlimit(rlim_cur: rlim_t(min(needed, most)), rlim_max: rlim_t(most))
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return min(connections, max(0, Int(limits.now) - reserve(threads: threads)))
    }
}
