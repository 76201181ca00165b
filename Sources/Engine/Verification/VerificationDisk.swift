internal import Journal
internal import Synchronization

/// A disk to look at: reads come from the real one, writes go nowhere.
///
/// With it the journal's recovery can be asked what it *would* do, so that a verification judges by the same rules as
/// a start and changes nothing.
final class VerificationDisk: Disk {
    private let base: any Disk

    init(_ base: any Disk = RealDisk()) {
        self.base = base
    }

    func open(_ path: String, _ access: FileAccess) throws(DiskError) -> any DiskFile {
        guard access != .create else { return VerificationFile(path: path, base: nil) }
        return VerificationFile(path: path, base: try base.open(path, .read))
    }

    func rename(_ path: String, to newPath: String) throws(DiskError) {}
    func remove(_ path: String) throws(DiskError) {}
    func list(_ directory: String) throws(DiskError) -> [String] { try base.list(directory) }
    func createDirectory(_ path: String) throws(DiskError) {}
    func synchronizeDirectory(_ path: String) throws(DiskError) {}
    func freeBytes(_ path: String) throws(DiskError) -> UInt64 { try base.freeBytes(path) }
}
