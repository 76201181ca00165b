import API
import Foundation
import TestSupport
import Testing

@testable import usher

/// Files that commands read, by every way in which a shell hands them over.
@Suite struct `A file that a command reads` {
    /// A server and a folder of files.
    private struct Desk {
        let directory: TemporaryDirectory
        let server: UsherServerProcess
        let key: String

        init(_ name: String) throws {
            directory = try TemporaryDirectory(name)
            server = try UsherServerProcess(data: directory.path + "/data")
            key = try #require(server.rootKey)
        }

        /// Writes a file.
        func file(_ name: String, _ bytes: [UInt8]) throws -> String {
            let path = directory.path + "/" + name
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            return path
        }

        /// Runs a line of a shell that has the command and the key.
        func shell(_ script: String) throws -> Usher.Outcome {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/bash")
            process.arguments = ["-c", script]
            process.environment = Usher.environment([
                "USHER_URL": server.url, "USHER_KEY": key, "usher": Usher.binary.path, "dir": directory.path,
            ])
            let (output, errors) = (try Capture(), try Capture())
            process.standardOutput = output.handle
            process.standardError = errors.handle
            process.standardInput = FileHandle.nullDevice
            try process.run()
            process.waitForEnd()
            return Usher.Outcome(code: process.terminationStatus, output: output.text, errors: errors.text)
        }

        /// A refusal in our own words: no library's text, and no blame on the network.
        func refusal(_ script: String, code: Int32 = 1) throws -> String {
            let outcome = try shell(script)
            #expect(outcome.code == code, "\(script): \(outcome)")
            for word in ["NSCocoa", "Domain=", "operation couldn", "connection", "http", "errno"] {
                #expect(!outcome.errors.contains(word), "\(script): \(outcome.errors)")
            }
            return outcome.errors
        }
    }

    /// The ways to hand a file over, with FILE for its path; each goes behind the words of a command.
    private static let ways = [
        "FILE", "- < FILE", "/dev/stdin < FILE", "- < <(cat FILE)", "<(cat FILE)",
        "<(sleep 0.2; head -c 5 FILE; sleep 0.2; tail -c +6 FILE)", "$dir/pipe",
    ]

    private static func line(_ words: String, _ way: String, _ file: String) -> String {
        let pipe = way.contains("$dir/pipe") ? "rm -f $dir/pipe; mkfifo $dir/pipe; cat \(file) > $dir/pipe & " : ""
        return pipe + "$usher \(words) " + way.replacing("FILE", with: file)
    }

    @Test func `is imported by every way in, in the format that its first bytes show`() throws {
        let desk = try Desk("import-ways")
        var number = 0
        for form in [
            "code,max_uses\nA%,1\nB%,2\n", "\u{FEFF}Code\tnote\r\nA%\tx\r\nB%\ty\r\n",
            "{\"code\":\"A%\"}\n{\"code\":\"B%\"}\n",
        ] {
            for way in Self.ways {
                number += 1
                let file = try desk.file("rows.txt", Array(form.replacing("%", with: "\(number)").utf8))
                let outcome = try desk.shell(Self.line("codes import", way, file))
                #expect(outcome.output == "2 codes imported, 0 rows refused.\n", "\(way): \(outcome)")
                #expect(outcome.code == 0)
            }
        }
        // The name and the option say more than the bytes.
        let rows = Array("nonsense\n{\"code\":\"NAMED\"}\n".utf8)
        let named = try desk.shell("$usher codes import \(try desk.file("rows.ndjson", rows))")
        #expect(named.code == 1 && named.output == "1 codes imported, 1 rows refused.\n", "\(named)")
        let asked = try desk.refusal("$usher codes import --format csv \(try desk.file("rows.txt", rows))")
        #expect(asked.contains("Must name the columns"))
        #expect(desk.server.stop() == 0)
    }

    @Test func `names codes to revoke by every way in, with and without a mark at its start`() throws {
        let desk = try Desk("revoke-ways")
        for way in Self.ways {
            for form in ["A%\nB%\n", "\u{FEFF}A%\r\n\r\n b% "] {
                let text = form.replacing("%", with: "7")
                let file = try desk.file("leaked", Array(text.utf8))
                _ = try desk.shell("printf 'code\nA7\nB7\n' | $usher codes import -")
                let outcome = try desk.shell(Self.line("codes revoke --atomic --file", way, file))
                #expect(
                    outcome.code == 0 && outcome.output.hasSuffix("had been before.\n")
                        || outcome.output == "2 codes revoked.\n", "\(way): \(outcome)")
            }
        }
        #expect(desk.server.stop() == 0)
    }

    @Test func `that cannot be read is refused in words, and nothing is blamed on the network`() throws {
        let desk = try Desk("unreadable")
        let empty = try desk.file("empty", [])
        let wide = try desk.file("wide", [0xFF, 0xFE] + "code\nA\n".utf8.flatMap { [$0, 0] })
        for words in ["codes import", "codes import --format csv", "codes revoke --file"] {
            #expect(try desk.refusal("$usher \(words) $dir").contains("Error: \(desk.directory.path) is a directory"))
            #expect(try desk.refusal("$usher \(words) - < $dir").contains("standard input is a directory"))
            #expect(
                try desk.refusal("$usher \(words) $dir/none").contains("there is no file \(desk.directory.path)/none"))
            #expect(try desk.refusal("$usher \(words) \(empty)/x").contains("there is no file"))
            #expect(try desk.refusal("$usher \(words) \(wide)").contains("UTF-16; save it as UTF-8"))
            // A file of the system whose first byte cannot be read: it fails when the request has begun.
            let broken = try desk.refusal("$usher \(words) /proc/self/mem")
            #expect(broken.contains("/proc/self/mem cannot be read: Input/output error."), "\(broken)")
        }
        for way in Self.ways {
            let imported = try desk.refusal(Self.line("codes import", way, empty))
            #expect(imported.contains("The file is empty."), "\(way): \(imported)")
            let revoked = try desk.refusal(Self.line("codes revoke --file", way, empty))
            #expect(revoked.contains("has no code in it; nothing was revoked."), "\(way): \(revoked)")
        }
        for words in ["restore --data $dir/new --snapshot", "verify --snapshot"] {
            #expect(try desk.refusal("$usher \(words) $dir").contains("is a directory; name a file."))
            #expect(try desk.refusal("$usher \(words) $dir/none").contains("there is no file"))
        }
        #expect(!FileManager.default.fileExists(atPath: desk.directory.path + "/new"))
        let folder = try desk.refusal("$usher campaigns list --ca $dir", code: 64)
        #expect(folder.contains("--ca: \(desk.directory.path) is a directory; name a file."))
        #expect(try desk.refusal("$usher campaigns list --ca $dir/none", code: 64).contains("--ca: there is no file"))
        #expect(
            InputFile.failure("x", EACCES).description == "x may not be read by this user: look at its permissions.")
        if geteuid() != 0 {
            let secret = try desk.file("secret", Array("code\nA\n".utf8))
            #expect(chmod(secret, 0) == 0)
            for words in ["codes import", "codes revoke --file"] {
                #expect(try desk.refusal("$usher \(words) \(secret)").contains("may not be read by this user"))
            }
        }
        #expect(desk.server.stop() == 0)
    }

    @Test func `of more codes than one request has room for says how many, and what to do`() throws {
        let desk = try Desk("many-codes")
        let codes = (0..<6000).map { "LEAKED-CODE-\($0)" }
        let file = try desk.file("leaked", Array(codes.joined(separator: "\n").utf8))
        let refused = try desk.refusal("$usher codes revoke --atomic --file \(file)", code: 64)
        let room = try #require(refused.firstMatch(of: /room for ([0-9]+) of these 6000 codes/)?.1)
        #expect(try #require(Int(room)) > 2000 && refused.contains("nothing was revoked"))
        #expect(refused.contains("in 2 steps") && refused.contains("--campaign"), "\(refused)")
        // As many as it says are one request.
        let part = try desk.shell("head -n \(room) \(file) | $usher codes revoke --atomic --file -")
        #expect(part.code == 1 && part.errors.contains("There is no code LEAKED-CODE-0."), "\(part.errors.prefix(300))")
        let long = try desk.file("long", Array("A\n\n\(String(repeating: "B", count: 129))\n".utf8))
        let tooLong = try desk.refusal("$usher codes revoke --file \(long)")
        #expect(tooLong.contains("line 3 of \(long) is no code: it has more than 128 characters. Nothing was revoked."))
        #expect(desk.server.stop() == 0)
    }

    @Test func `is read as long as it was when it was opened, and said to be shorter where it is`() throws {
        let directory = try TemporaryDirectory("changing")
        let path = directory.path + "/file"
        try Data(repeating: 7, count: 200_000).write(to: URL(fileURLWithPath: path))
        let file = try InputFile(path)
        #expect(file.byteCount == 200_000 && file.canBeReadAgain)
        #expect(try file.peek(bytesMax: 1) { !$0.isEmpty }.count == 65_536)
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(repeating: 8, count: 1000))
        #expect(try file.readAll() == [UInt8](repeating: 7, count: 200_000))
        #expect(try file.next() == nil && file.readBytes == 200_000)
        try file.rewind()
        #expect(try file.next()?.count == 65_536)
        try handle.truncate(atOffset: 70_000)
        #expect(try file.next()?.count == 70_000 - 65_536)
        let failure = try #require(throws: CommandFailure.self) { try file.next() }
        #expect(failure.description == "\(path) became shorter while it was read.")
    }
}
