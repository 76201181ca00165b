import Glibc

/// A file descriptor and the path it came from.
final class RealDiskFile: DiskFile {
    let path: String
    private var descriptor: CInt

    init(descriptor: CInt, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close() }

    func write(_ bytes: RawSpan, at offset: UInt64) throws(DiskError) {
        try unsafe bytes.withUnsafeBytes { (buffer) throws(DiskError) in
            var done = 0
            while done < buffer.count {
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
                let written = unsafe pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
                if written < 0 {
                    if errno == EINTR { continue }
                    throw DiskError(operation: .write, path: path, code: errno)
                }
                // A regular file takes at least a byte or fails; a write of 0 bytes would make this loop endless.
                if written == 0 { throw DiskError(operation: .write, path: path, code: EIO) }
                done += written
            }
        }
    }

    func read(into bytes: inout MutableRawSpan, at offset: UInt64) throws(DiskError) -> Int {
        try unsafe bytes.withUnsafeMutableBytes { (buffer) throws(DiskError) -> Int in
            var done = 0
            while done < buffer.count {
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
                let count = unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
                if count < 0 {
                    if errno == EINTR { continue }
                    throw DiskError(operation: .read, path: path, code: errno)
                }
                if count == 0 { break }
                done += count
            }
            return done
        }
    }

    func synchronize() throws(DiskError) {
        // No retry, not even on EINTR: after a failure the kernel may have dropped the dirty pages.
        guard fdatasync(descriptor) == 0 else { throw DiskError(operation: .synchronize, path: path, code: errno) }
    }

    func allocate(_ bytes: UInt64) throws(DiskError) {
        while true {
            // posix_fallocate returns the error instead of setting errno.
            let code = posix_fallocate(descriptor, 0, off_t(bytes))
            switch code {
            case 0: return
            case EINTR: continue
            // The caller writes the bytes anyway; here a full disk shows only then.
            case EOPNOTSUPP, EINVAL: return
            default: throw DiskError(operation: .allocate, path: path, code: code)
            }
        }
    }

    func truncate(to bytes: UInt64) throws(DiskError) {
        _ = try retrying(.truncate, path) { ftruncate(descriptor, off_t(bytes)) }
    }

    func size() throws(DiskError) -> UInt64 {
        var status = stat()
        _ = try retrying(.size, path) { unsafe fstat(descriptor, &status) }
        return UInt64(status.st_size)
    }

    func close() {
        guard descriptor >= 0 else { return }
        // synchronize() has already reported every error that close(2) could report; the descriptor is gone either
        // way.
        _ = Glibc.close(descriptor)
        descriptor = -1
    }
}
