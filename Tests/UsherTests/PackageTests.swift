import Foundation
import TestSupport
import Testing

private let isDebian = FileManager.default.isExecutableFile(atPath: "/usr/bin/dpkg-deb")

/// The Debian package, made of the command that was built with these tests; `tools/package --check` runs a real one.
@Suite(.enabled(if: isDebian, "dpkg-deb is missing: this is no Debian"))
struct PackageTests {
    /// Makes the package of the debug build, whose symbols nobody needs here.
    private func makePackage(in directory: String) async throws -> String {
        let outcome = try await run(
            Documents.root.path + "/tools/package",
            ["--binary", try Tour.binary().path, "--compression", "none", "--output", directory], in: directory)
        try #require(outcome.code == 0, "\(outcome.output)")
        let names = try FileManager.default.contentsOfDirectory(atPath: directory)
        return directory + "/" + (try #require(names.first { $0.hasSuffix(".deb") }))
    }

    private func run(_ program: String, _ arguments: [String], in directory: String) async throws -> (
        code: Int32, output: String
    ) {
        let file = directory + "/" + UUID().uuidString + ".txt"
        let process = try TourServer.start(
            program, arguments, in: directory, output: file, environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"])
        while process.isRunning { try await Task.sleep(for: .milliseconds(20)) }
        return (process.terminationStatus, try String(contentsOfFile: file, encoding: .utf8))
    }

    @Test(.timeLimit(.minutes(3)))
    func `The package has the command, units, settings that others cannot read, completions and documents`()
        async throws
    {
        let directory = try TemporaryDirectory("package")
        let package = try await makePackage(in: directory.path)
        let list = try await run("/usr/bin/dpkg-deb", ["--contents", package], in: directory.path).output
        for (path, mode) in [
            ("usr/bin/usher", "-rwxr-xr-x root/root"), ("etc/usher/", "drwxr-x--- root/root"),
            ("etc/usher/usher.env", "-rw-r----- root/root"), ("etc/usher/replica.env", "-rw-r----- root/root"),
            ("etc/usher/backup.env", "-rw------- root/root"),
            ("usr/lib/systemd/system/usher-backup.service", "-rw-r--r-- root/root"),
            ("usr/lib/systemd/system/usher-backup.timer", "-rw-r--r-- root/root"),
            ("usr/lib/systemd/system/usher.service", "-rw-r--r-- root/root"),
            ("usr/lib/systemd/system/usher-replica.service", "-rw-r--r-- root/root"),
            ("usr/share/bash-completion/completions/usher", "-rw-r--r-- root/root"),
            ("usr/share/zsh/vendor-completions/_usher", "-rw-r--r-- root/root"),
            ("usr/share/fish/vendor_completions.d/usher.fish", "-rw-r--r-- root/root"),
            ("usr/share/doc/usher/docs/operating/running.md", "-rw-r--r-- root/root"),
            ("usr/share/doc/usher/copyright", "-rw-r--r-- root/root"),
            ("usr/share/doc/usher/licenses/swift-nio-LICENSE", "-rw-r--r-- root/root"),
        ] {
            let isThere = list.split(separator: "\n").contains { $0.hasPrefix(mode) && $0.hasSuffix(" ./" + path) }
            #expect(isThere, "\(path)")
        }
        let control = try await run("/usr/bin/dpkg-deb", ["--field", package], in: directory.path).output
        #expect(control.contains("Package: usher\n") && control.contains("liblmdb0") && control.contains("libzstd1"))
        #expect(!control.contains("@"), "a word of the template is left, or an address: \(control)")
        _ = try await run("/usr/bin/dpkg-deb", ["--extract", package, directory.path + "/tree"], in: directory.path)
        try checkUnits(in: directory.path + "/tree/usr/lib/systemd/system")
    }

    /// Holds the units to the one in the documents.
    private func checkUnits(in directory: String) throws {
        for (name, command) in [("usher", "serve"), ("usher-replica", "replica")] {
            let unit = try String(contentsOfFile: directory + "/\(name).service", encoding: .utf8)
            #expect(unit.contains("\nExecStart=/usr/bin/usher \(command)\n"))
            #expect(unit.contains("\nUser=usher\nGroup=usher\n") && !unit.contains("DynamicUser"))
            #expect(unit.contains("\nExecReload=/bin/sh -c \"kill -HUP $MAINPID\"\n"))
            #expect(unit.contains("\nEnvironmentFile=-/etc/usher/\(command == "serve" ? "usher" : "replica").env\n"))
            for line in try Documents.text("docs/operating/usher.service").split(separator: "\n")
            where line.contains("Protect") || line.contains("Restrict") || line.contains("SystemCall") {
                #expect(unit.contains(line), "\(name).service lacks \(line)")
            }
        }
        let backup = try String(contentsOfFile: directory + "/usher-backup.service", encoding: .utf8)
        #expect(backup.contains("\nExecStart=/usr/bin/usher snapshot --directory ${BACKUP_DIRECTORY} --keep "))
        #expect(backup.contains("\nEnvironmentFile=/etc/usher/backup.env\n"))
    }

    @Test(.timeLimit(.minutes(3)))
    func `Two packages of the same command are the same bytes`() async throws {
        let (one, two) = (try TemporaryDirectory("package"), try TemporaryDirectory("package"))
        let packages = [try await makePackage(in: one.path), try await makePackage(in: two.path)]
        let outcome = try await run("/usr/bin/cmp", packages, in: one.path)
        #expect(outcome.code == 0, "\(outcome.output)")
    }
}
