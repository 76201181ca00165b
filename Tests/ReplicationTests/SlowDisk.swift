import Foundation
import Journal

/// A disk whose syncs take their time.
struct SlowDisk: Disk {
    let millisecondsPerSync: Double
    private let real = RealDisk()

    init(millisecondsPerSync: Double) {
        self.millisecondsPerSync = millisecondsPerSync
    }

    func open(_ path: String, _ access: FileAccess) throws(DiskError) -> any DiskFile {
        SlowFile(try real.open(path, access), seconds: millisecondsPerSync / 1000)
    }

    func rename(_ path: String, to newPath: String) throws(DiskError) { try real.rename(path, to: newPath) }
    func remove(_ path: String) throws(DiskError) { try real.remove(path) }
    func list(_ directory: String) throws(DiskError) -> [String] { try real.list(directory) }
    func createDirectory(_ path: String) throws(DiskError) { try real.createDirectory(path) }
    func synchronizeDirectory(_ path: String) throws(DiskError) { try real.synchronizeDirectory(path) }
    func freeBytes(_ path: String) throws(DiskError) -> UInt64 { try real.freeBytes(path) }
}

private final class SlowFile: DiskFile {
    private let file: any DiskFile
    private let seconds: Double

    init(_ file: any DiskFile, seconds: Double) {
        self.file = file
        self.seconds = seconds
    }

    var path: String { file.path }

    func synchronize() throws(DiskError) {
        Thread.sleep(forTimeInterval: seconds)
        try file.synchronize()
    }

    func write(_ bytes: RawSpan, at offset: UInt64) throws(DiskError) { try file.write(bytes, at: offset) }

    func read(into bytes: inout MutableRawSpan, at offset: UInt64) throws(DiskError) -> Int {
        try file.read(into: &bytes, at: offset)
    }

    func allocate(_ bytes: UInt64) throws(DiskError) { try file.allocate(bytes) }
    func truncate(to bytes: UInt64) throws(DiskError) { try file.truncate(to: bytes) }
    func size() throws(DiskError) -> UInt64 { try file.size() }
    func close() { file.close() }
}
