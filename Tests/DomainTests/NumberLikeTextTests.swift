import Foundation
import TestSupport
import Testing

@testable import Domain

@Suite struct `Random codes are no numbers` {
    @Test(arguments: [
        "12345678", "00012345", "51679E74", "1E5", "0E00", "0123456E", "2D", "12H", "3W4D", "5M7S", "1234567F",
        "0X1F2A3B", "0XDEAD", "0B0110", "0B10", "DEC1", "MAR12345", "4MAR", "12SEP26", "1MAY2026",
    ])
    func `texts that readers of tables change are recognised`(text: String) {
        #expect(NumberLikeText.matches(text))
    }

    @Test(arguments: ["K7Q2M9XD", "AB", "2D3K", "0XG1", "0B1A", "DECK1", "DEC1A", "1E5E", "E5E5", "DAYS", "ZZZZ"])
    func `other texts are not`(text: String) {
        #expect(!NumberLikeText.matches(text))
    }

    /// The texts that readers of tables take for a number, a date or a length of time, once more as an expression.
    private static let changed =
        "[0-9]*[A-Z]?[0-9]*|0X[0-9A-F]+|0B[01]+|([0-9]+[WDHMS])+|[0-9]*(JAN|FEB|MAR|APR|MAY|SEP|DEC)[0-9]*"

    @Test(arguments: 4...9)
    func `no batch has one, and texts are still drawn evenly`(length: Int64) throws {
        let world = try World(seed: UInt64(length))
        let changed = try Regex(Self.changed)
        var first: [Character: Int] = [:]
        for _ in 0..<4 {
            let command = GenerateCodes(tenant: world.tenant, count: 1000, length: length)
            let batch = try world.attempt { (context) throws(Rejection) in try Codes.generate(command, in: &context) }
            for index in 0..<batch.count {
                let text = batch.text(at: index)
                #expect(try changed.wholeMatch(in: text) == nil, "\(text)")
                if let character = text.first { first[character, default: 0] += 1 }
            }
        }
        #expect(first.count == 32 && first.values.allSatisfy { (60...190).contains($0) })
    }

    /// The program of Debian's libreoffice-calc.
    private static let office = ["/usr/bin/soffice", "/usr/bin/libreoffice"].first(
        where: FileManager.default.isExecutableFile(atPath:))

    @Test(.enabled(if: office != nil, "needs Debian's libreoffice-calc"), .timeLimit(.minutes(5)))
    func `200,000 codes that LibreOffice opens and saves are as they were`() throws {
        let folder = try TemporaryDirectory("office")
        let directory = URL(filePath: folder.path)
        var random = SeededGenerator(seed: 747)
        var texts: [String] = []
        while texts.count < 200_000 {
            let text = CodeAlphabet.random(length: 8, using: &random)
            if !NumberLikeText.matches(text) { texts.append(text) }
        }
        let source = directory.appending(path: "codes.csv")
        try Data(("code\n" + texts.joined(separator: "\n") + "\n").utf8).write(to: source)
        let saved = directory.appending(path: "saved")
        let process = Process()
        process.executableURL = URL(filePath: Self.office ?? "")
        process.arguments = [
            "-env:UserInstallation=file://\(directory.appending(path: "profile").path)", "--headless",
            "--convert-to", "csv", "--outdir", saved.path, source.path,
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitForEnd()
        let lines = try String(contentsOf: saved.appending(path: "codes.csv"), encoding: .utf8).split(separator: "\n")
        #expect(lines.dropFirst().map(String.init) == texts)
    }
}
