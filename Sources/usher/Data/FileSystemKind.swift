import Foundation
import Journal

/// The kind of file system that a path is on.
struct FileSystemKind {
    let name: String
    /// On another machine, or behind a driver that may be.
    var isRemote: Bool {
        [
            "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "lustre", "glusterfs", "afs", "gfs2", "ocfs2",
            "virtiofs",
        ]
        .contains(name) || name.hasPrefix("fuse")
    }
    /// Gone with the power.
    var isVolatile: Bool { name == "tmpfs" || name == "ramfs" }

    /// Asks the kernel's table of mounts; nil when it does not say.
    init?(path: String) {
        let path = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard let data = FileManager.default.contents(atPath: "/proc/self/mounts") else { return nil }
        var best: (mount: String, kind: String)?
        // "device mount-point kind options 0 0", spaces as \040; a later line hides an earlier one.
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count >= 3 else { continue }
            let mount = fields[1].replacingOccurrences(of: "\\040", with: " ")
            let isAbove = mount == "/" || path == mount || path.hasPrefix(mount + "/")
            guard isAbove, mount.utf8.count >= best?.mount.utf8.count ?? 0 else { continue }
            best = (mount, String(fields[2]))
        }
        guard let best else { return nil }
        name = best.kind
    }
}
