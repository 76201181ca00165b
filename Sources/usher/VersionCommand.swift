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
