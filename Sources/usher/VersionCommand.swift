import ArgumentParser
import CZstd
import Engine
import LMDB

/// The command `usher version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Show the versions of this program, its libraries and its data format.")

    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let versions = Versions()
        if json { return try Terminal.print(json: versions) }
        Terminal.print("usher \(versions.version)")
        Terminal.print("swift \(versions.swift)")
        Terminal.print("lmdb \(versions.lmdb)")
        Terminal.print("zstd \(versions.zstd)")
        Terminal.print("data format \(versions.dataFormat)")
    }
}

/// What runs here.
struct Versions: Encodable {
    var version = UsherVersion.current
    var swift = Versions.swiftVersion
    var lmdb = Environment.libraryVersion
    var zstd = Versions.zstdVersion
    var dataFormat = DataDirectory.formatVersion

    /// The compiler's language mode is not its version; this is the version.
    static var swiftVersion: String {
        #if compiler(>=6.4)
            "6.4 or newer"
        #else
            "6.3"
        #endif
    }

    /// The library in use, which need not be the one of the headers: 10506 is 1.5.6.
    static var zstdVersion: String {
        let number = ZSTD_versionNumber()
        return "\(number / 10_000).\(number / 100 % 100).\(number % 100)"
    }
}
