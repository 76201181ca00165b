import Foundation
import Synchronization

/// The file system of one node: an ext4 image where the machine lets us mount one, so that it can be filled; else a folder.
final class Volume: Sendable {
    let path: String
    /// The image; nil for a folder.
    let image: String?
    private var filler: String { path + "/filler" }
    private let isMounted: Mutex<Bool>

    /// Large enough for hours of a soak; the image is sparse.
    private static let bytes = 3 << 30

    /// Makes the file system; a folder when it cannot be mounted.
    init(_ name: String, in directory: String, tool: UsherTool) async throws {
        path = directory + "/" + name
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let image = directory + "/" + name + ".img"
        guard getuid() == 0, await Volume.mount(image, at: path, tool) else {
            try? FileManager.default.removeItem(atPath: image)
            self.image = nil
            isMounted = Mutex(false)
            return
        }
        self.image = image
        isMounted = Mutex(true)
    }

    /// A folder that is there.
    init(plain path: String) {
        self.path = path
        image = nil
        isMounted = Mutex(false)
    }

    private static func mount(_ image: String, at path: String, _ tool: UsherTool) async -> Bool {
        guard FileManager.default.createFile(atPath: image, contents: nil), truncate(image, bytes) == 0 else {
            return false
        }
        // Nothing is kept for root: the server runs as root here and must see the disk as full when it is.
        let steps = [
            ["/usr/sbin/mkfs.ext4", "-q", "-F", "-m", "0", image], ["/usr/bin/mount", "-o", "loop", image, path],
        ]
        for step in steps {
            let runner = UsherTool(program: step[0], directory: tool.directory)
            guard let outcome = try? await runner.run(Array(step.dropFirst())), outcome.code == 0 else { return false }
        }
        return true
    }

    /// True if the disk can be filled without harm to others.
    var canBeFilled: Bool { image != nil }

    /// Fills the file system up to the given number of free bytes.
    func fill(leaving bytes: Int) -> Bool {
        var space = statvfs()
        guard canBeFilled, statvfs(path, &space) == 0 else { return false }
        let free = Int(space.f_bavail) * Int(space.f_frsize)
        let descriptor = open(filler, O_WRONLY | O_CREAT, 0o600)
        guard descriptor >= 0, free > bytes else { return false }
        defer { close(descriptor) }
        return posix_fallocate(descriptor, 0, free - bytes) == 0
    }

    /// Gives the room back.
    func free() { unlink(filler) }

    /// Takes the file system away; the image stays until ``remove()``.
    func unmount(tool: UsherTool) async {
        guard isMounted.withLock({ $0 }) else { return }
        let runner = UsherTool(program: "/usr/bin/umount", directory: tool.directory)
        for _ in 0..<20 {
            if let outcome = try? await runner.run([path]), outcome.code == 0 {
                return isMounted.withLock { $0 = false }
            }
            await pause(.milliseconds(200))
        }
    }
}
