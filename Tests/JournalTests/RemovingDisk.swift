import Journal
import TestSupport

/// A disk on which segments go between their being listed and their being opened, as retention makes them.
struct RemovingDisk: Disk {
    let disk: SimulatedDisk
    /// Called behind every listing, with the names that it found.
    let listed: @Sendable ([String]) -> Void

    func open(_ path: String, _ access: FileAccess) throws(DiskError) -> any DiskFile { try disk.open(path, access) }

    func rename(_ path: String, to newPath: String) throws(DiskError) { try disk.rename(path, to: newPath) }

    func remove(_ path: String) throws(DiskError) { try disk.remove(path) }

    func list(_ directory: String) throws(DiskError) -> [String] {
        let names = try disk.list(directory)
        listed(names)
        return names
    }

    func createDirectory(_ path: String) throws(DiskError) { try disk.createDirectory(path) }

    func synchronizeDirectory(_ path: String) throws(DiskError) { try disk.synchronizeDirectory(path) }

    func freeBytes(_ path: String) throws(DiskError) -> UInt64 { try disk.freeBytes(path) }
}
