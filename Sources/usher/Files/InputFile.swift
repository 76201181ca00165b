import Foundation
import Synchronization

/// A file, a pipe or standard input that a command reads, a piece at a time; a failure says in words what is wrong with it.
final class InputFile: Sendable {
    /// The name in messages.
    let name: String
    /// The bytes that it had when it was opened; nil for what says so only at its end, such as a pipe.
    let byteCount: UInt64?
    private let descriptor: Int32
    /// The place at which it is read first; nil where it can be read once only.
    private let start: off_t?
    private let state = Mutex(State())

    private struct State {
        /// Bytes that were looked at and are still to be read.
        var ahead: [UInt8] = []
        /// The bytes taken from the file, those in `ahead` among them.
        var taken: UInt64 = 0
    }

    private static let pieceBytes = 64 << 10

    /// Opens a file; a pipe waits until somebody writes to it.
    ///
    /// - Parameter path: The path, or `-` for standard input.
    /// - Throws: ``CommandFailure`` when there is none, when it is a directory, and when it may not be read.
    init(_ path: String) throws {
        name = path == "-" ? "standard input" : path
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else { throw InputFile.failure(name, errno) }
        let kind = status.st_mode & S_IFMT
        guard kind != S_IFDIR else { throw InputFile.failure(name, EISDIR) }
        let place = lseek(descriptor, 0, SEEK_CUR)
        let isFile = kind == S_IFREG && place >= 0
        start = isFile ? place : nil
        // Files that the system makes up when they are read have no size.
        byteCount = isFile && status.st_size > place ? UInt64(status.st_size - place) : nil
    }

    deinit { if descriptor > STDIN_FILENO { close(descriptor) } }

    /// True if it can be read again from where it began.
    var canBeReadAgain: Bool { start != nil }

    /// The bytes that were read so far.
    var readBytes: UInt64 { state.withLock { $0.taken } }

    /// Begins again, where it ``canBeReadAgain``.
    func rewind() throws {
        guard let start else { return }
        guard lseek(descriptor, start, SEEK_SET) >= 0 else { throw InputFile.failure(name, errno) }
        state.withLock { $0 = State() }
    }

    /// Reads the next piece; nil at the end.
    ///
    /// Of a file that grows meanwhile only the bytes are read that it had when it was opened.
    ///
    /// - Throws: ``CommandFailure`` when the system cannot read on, and when the file has become shorter.
    func next() throws -> [UInt8]? {
        try state.withLock { state in
            if !state.ahead.isEmpty {
                defer { state.ahead = [] }
                return state.ahead
            }
            return try take(&state)
        }
    }

    /// Looks at the first bytes until the closure has seen enough of them, at most at `bytesMax`; they are read all the same.
    func peek(bytesMax: Int, until isEnough: ([UInt8]) -> Bool) throws -> [UInt8] {
        try state.withLock { state in
            while state.ahead.count < bytesMax, !isEnough(state.ahead), let more = try take(&state) {
                state.ahead += more
            }
            return state.ahead
        }
    }

    /// Reads all that is left.
    func readAll() throws -> [UInt8] {
        var all: [UInt8] = []
        while let piece = try next() { all += piece }
        return all
    }

    private func take(_ state: inout State) throws -> [UInt8]? {
        let left = byteCount.map { Int(clamping: $0 - state.taken) } ?? InputFile.pieceBytes
        guard left > 0 else { return nil }
        var fault: Int32?
        let piece = [UInt8](unsafeUninitializedCapacity: min(left, InputFile.pieceBytes)) { bytes, count in
            var read = -1
            repeat {
                read = Foundation.read(descriptor, bytes.baseAddress, bytes.count)
            } while read < 0 && errno == EINTR
            if read < 0 { fault = errno }
            count = max(0, read)
        }
        if let fault { throw InputFile.failure(name, fault) }
        state.taken += UInt64(piece.count)
        guard piece.isEmpty else { return piece }
        guard byteCount == nil else { throw CommandFailure("\(name) became shorter while it was read.") }
        return nil
    }

    /// Checks that there is a file that can be read, without reading anything.
    ///
    /// - Throws: ``CommandFailure`` where there is none, as when it is opened.
    static func check(_ path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure(path, errno) }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw failure(path, EISDIR) }
        guard access(path, R_OK) == 0 else { throw failure(path, errno) }
    }

    /// The failure to open or read a file, by the system's number.
    static func failure(_ name: String, _ code: Int32) -> CommandFailure {
        switch code {
        case ENOENT, ENOTDIR: CommandFailure("there is no file \(name).")
        case EISDIR: CommandFailure("\(name) is a directory; name a file.")
        case EACCES, EPERM: CommandFailure("\(name) may not be read by this user: look at its permissions.")
        case EBADF: CommandFailure("\(name) is closed.")
        default: CommandFailure("\(name) cannot be read: \(String(cString: strerror(code))).")
        }
    }
}
