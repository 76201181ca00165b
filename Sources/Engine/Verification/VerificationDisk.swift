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

/// A file of a ``VerificationDisk``: without a base it is empty and stays so.
final class VerificationFile: DiskFile {
    let path: String
    private let base: (any DiskFile)?

    init(path: String, base: (any DiskFile)?) {
        self.path = path
        self.base = base
    }

    func write(_ bytes: RawSpan, at offset: UInt64) throws(DiskError) {}

    func read(into bytes: inout MutableRawSpan, at offset: UInt64) throws(DiskError) -> Int {
        guard let base else { return 0 }
        return try base.read(into: &bytes, at: offset)
    }

    func synchronize() throws(DiskError) {}
    func allocate(_ bytes: UInt64) throws(DiskError) {}
    func truncate(to bytes: UInt64) throws(DiskError) {}

    func size() throws(DiskError) -> UInt64 {
        guard let base else { return 0 }
        return try base.size()
    }

    func close() { base?.close() }
}
