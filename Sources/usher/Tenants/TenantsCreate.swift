import ArgumentParser
import JSONText

/// The command `usher tenants create`.
struct TenantsCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Make a tenant.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var creation: CreationOptions
    @OptionGroup var output: RecordOptions
    @Argument(help: "The word by which it is named (--tenant): lower-case letters, digits and hyphens.") var id: String
    @Option(help: "Its name for people; the word by default.") var name: String?

    func run() async throws {
        try await reporting {
            var fields = JSONObject()
            fields["id"] = .string(id)
            fields["name"] = name.map { .string($0) }
            let answer = try await client.makeClient().create(ListTable.tenants.path, fields, under: creation)
            output.print(answer, as: ListTable.tenants.resource)
        }
    }
}
