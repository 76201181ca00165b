internal import Journal
internal import Synchronization

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
