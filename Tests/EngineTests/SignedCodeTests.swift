import Domain
import TestSupport
import Testing

@testable import Engine

/// Signed codes have no row, and so nothing but the log that keeps two of them apart.
@Suite struct `Signed codes` {
    private func sign(_ temporary: TemporaryEngine) async throws -> String {
        try await temporary.engine.decide { context throws(Rejection) in
            try Codes.sign(SignCode(tenant: .default, maxUses: 1), in: &context).codes(0..<1, in: context.state)[0].text
        }.value
    }

    @Test func `of the same terms differ, also over a restart`() async throws {
        let directory = try TemporaryDirectory("signed")
        var texts: Set<String> = []
        for _ in 0..<3 {
            let temporary = try TemporaryEngine(in: directory)
            for _ in 0..<2 { texts.insert(try await sign(temporary)) }
            temporary.engine.close()
        }
        #expect(texts.count == 6)
    }
}
