import ArgumentParser
import JSONText
import NIOHTTP1

/// The command `usher codes raise`.
struct CodesRaise: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "raise", abstract: "Change how many places a code has, or until when it works.",
        discussion: """
            The change is made to the code as it was just read: when somebody else changes it meanwhile, it is read \
            again. The places cannot be cut below those that are taken.
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: RecordOptions
    @Argument(help: "The code's text, in any spelling.") var code: String
    @Option(help: "The places that it has from now on.") var maxUses: Int?
    @Option(parsing: .unconditional, help: "The places that it has more than before; fewer with a minus.") var by: Int?
    @Option(help: "The end of its validity: RFC 3339 or a date; or none.") var expiresAt: OrNone<String>?

    /// The times that a code is read again because somebody else has changed it.
    private static let attemptsMax = 5

    func validate() throws {
        guard maxUses == nil || by == nil else { throw ValidationError("--max-uses and --by exclude each other.") }
        guard maxUses != nil || by != nil || expiresAt != nil else {
            throw ValidationError("Say what to change: --max-uses, --by or --expires-at.")
        }
    }

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            let path = ListTable.codes.path + "/\(try await client.codeID(code) ?? "")"
            for attempt in 1... {
                let found = try await client.document(.GET, path)
                do {
                    let answer = try await client.change(.PATCH, path, try fields(found.member()), tag: found.tag)
                    return output.print(answer, as: ListTable.codes.resource)
                } catch let failure as CommandFailure
                    where failure.status == 412 && attempt < CodesRaise.attemptsMax
                {
                    // Somebody else was faster.
                }
            }
        }
    }

    private func fields(_ code: JSONTree) throws -> JSONObject {
        var fields = JSONObject()
        fields["max_uses"] = maxUses.map { .integer(Int64($0)) }
        fields["expires_at"] = expiresAt?.tree { .string($0) }
        if let by {
            guard case .integer(let before)? = code.object?["max_uses"] else {
                throw CommandFailure("this code has no limit that could be raised.")
            }
            let (sum, isTooMuch) = before.addingReportingOverflow(Int64(by))
            guard !isTooMuch else { throw CommandFailure("--by is too large.", code: Exit.usage) }
            fields["max_uses"] = .integer(sum)
        }
        return fields
    }
}
