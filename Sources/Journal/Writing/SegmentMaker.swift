import Dispatch
import Synchronization

/// Makes the files of segments: filled with zeros, on stable storage, under a temporary name.
///
/// Filling before use is what keeps a synchronisation short: no block is allocated and no size changes while frames
/// are written. One file can be made in the background while the present segment fills up.
final class SegmentMaker: Sendable {
    private enum Stock {
        case empty
        case ready
        case failed(DiskError)
    }

    private static let chunkBytes = 1 << 20
    private static let bytesPerSync: UInt64 = 8 << 20

    private let directory: SegmentDirectory
    private let stock = Mutex(Stock.empty)
    private let work = DispatchGroup()
    private let queue = DispatchQueue(label: "usher.journal.segments", qos: .utility)

    init(directory: SegmentDirectory) {
        self.directory = directory
    }

    private var stockPath: String { directory.temporaryPath("next") }
    private var configuration: JournalConfiguration { directory.configuration }

    /// Begins to make a segment of the usual size in the background, unless one is there or is being made.
    ///
    /// Called by the writer's thread only, which is why looking and beginning need not be one step.
    func prepare() {
        guard configuration.preparesAhead, work.wait(timeout: .now()) == .success else { return }
        guard case .empty = stock.withLock({ $0 }) else { return }
        queue.async(group: work) { [self] in
            do throws(DiskError) {
                try make(stockPath, configuration.segmentBytes)
                stock.withLock { $0 = .ready }
            } catch {
                stock.withLock { $0 = .failed(error) }
            }
        }
    }

    /// Waits for what is being made in the background.
    func finish() { work.wait() }

    /// Ensures that a file of `bytes` is ready to be taken.
    ///
    /// - Returns: Its temporary path.
    /// - Throws: `noSpace` when there is no room, with nothing left behind; `failed` for everything else.
    func ready(_ bytes: UInt64) throws(JournalError) -> String {
        guard bytes == configuration.segmentBytes else {
            let path = directory.temporaryPath("large")
            try makeNow(path, bytes)
            return path
        }
        work.wait()
        switch stock.withLock({ $0 }) {
        case .ready: return stockPath
        case .failed(let error) where !error.isOutOfSpace: throw .failed(error)
        case .failed, .empty: break
        }
        stock.withLock { $0 = .empty }
        try makeNow(stockPath, bytes)
        stock.withLock { $0 = .ready }
        return stockPath
    }

    /// The file that ``ready(_:)`` gave was renamed.
    func taken(_ path: String) {
        if path == stockPath { stock.withLock { $0 = .empty } }
    }

    private func makeNow(_ path: String, _ bytes: UInt64) throws(JournalError) {
        do throws(DiskError) { try make(path, bytes) } catch { throw directory.spaceOrFailure(error) }
    }

    /// Makes a file of zeros and synchronises it; removes it again when that fails.
    private func make(_ path: String, _ bytes: UInt64) throws(DiskError) {
        let disk = directory.disk
        let free = try disk.freeBytes(configuration.directory)
        guard free >= bytes, free - bytes >= configuration.freeBytesReserve else { throw .noRoom(path) }
        // A large frame that was refused for lack of space leaves its file behind when the rename failed.
        let file = try disk.createAnew(path)
        defer { file.close() }
        do throws(DiskError) {
            try file.allocate(bytes)
            try fill(file, bytes)
        } catch {
            // The first error is the one to report; recovery removes the file if this does not.
            try? disk.remove(path)
            throw error
        }
    }

    private func fill(_ file: any DiskFile, _ bytes: UInt64) throws(DiskError) {
        let zeros = [UInt8](repeating: 0, count: Int(min(bytes, UInt64(Self.chunkBytes))))
        var offset: UInt64 = 0
        var sinceSync: UInt64 = 0
        while offset < bytes {
            let count = min(bytes - offset, UInt64(zeros.count))
            try unsafe file.write(zeros.span.bytes.extracting(0..<Int(count)), at: offset)
            offset += count
            sinceSync += count
            // In pieces, so that the synchronisations of the segment in use do not queue behind all of it.
            if sinceSync >= Self.bytesPerSync || offset == bytes {
                try file.synchronize()
                sinceSync = 0
            }
        }
    }
}
