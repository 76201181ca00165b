internal import Foundation

#if canImport(Glibc)
    internal import Glibc
#endif

/// A file system of a few megabytes for one test, unmounted with the last reference.
public final class SmallVolume: Sendable {
    /// Where it is.
    public var path: String { directory.path }
    private let directory: TemporaryDirectory
    private var filler: String { path + "/filler" }

    /// True if this process may mount one: as root on Linux.
    public static let isAvailable = (try? SmallVolume(bytes: 1 << 20)) != nil

    /// Mounts one in memory.
    ///
    /// - Throws: ``NoSuchThing`` where that is not allowed.
    public init(bytes: Int) throws {
        directory = try TemporaryDirectory("volume")
        guard mount("usher-test", directory.path, "tmpfs", UInt(MS_NOSUID | MS_NODEV), "size=\(bytes)") == 0 else {
            throw NoSuchThing()
        }
    }

    deinit { umount2(directory.path, CInt(MNT_DETACH)) }

    /// Takes all room but so many bytes.
    public func fill(leaving bytes: Int = 0) throws {
        free()
        let descriptor = open(filler, O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        guard descriptor >= 0 else { throw NoSuchThing() }
        // Others write meanwhile, so that there can be less room than there was a moment ago.
        for _ in 0..<20 {
            var space = statvfs()
            guard statvfs(path, &space) == 0 else { throw NoSuchThing() }
            let size = max(0, Int(space.f_bavail) * Int(space.f_frsize) - bytes)
            if size == 0 || posix_fallocate(descriptor, 0, size) == 0 { return }
            ftruncate(descriptor, 0)
        }
        throw NoSuchThing()
    }

    /// Gives the room back.
    public func free() { unlink(filler) }
}
