import ArgumentParser
import Engine
import Foundation

/// The data directory: `--data`, else `USHER_DATA`, else `./data`.
struct DirectoryOption: ParsableArguments {
    @Option(name: .customLong("data"), help: "The data directory (USHER_DATA; ./data).", completion: .directory)
    var given: String?

    var path: String {
        if let given { return given }
        let environment = ProcessInfo.processInfo.environment["USHER_DATA"] ?? ""
        return environment.isEmpty ? "./data" : environment
    }

    /// The manifest of a directory that must be there.
    func manifest() throws -> DataDirectory.Manifest {
        guard let manifest = try DataDirectory.readManifest(in: path) else {
            throw CommandFailure("\(path) is not a data directory: it has no usher.json. Name one with --data.")
        }
        try DataDirectory.check(manifest, role: manifest.role, path: path)
        return manifest
    }
}
