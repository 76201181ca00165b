import ArgumentParser
import JSONText

/// The form of one thing.
struct RecordOptions: ParsableArguments {
    @Flag(help: "Print JSON: the server's answer as it is.") var json = false
    @Flag(help: "Show the accounts of people; --json always has them.") var showPersonal = false

    /// Prints a thing with all its members, a line each.
    ///
    /// - Parameters:
    ///   - answer: The document that the thing came in.
    ///   - resource: The schema of the thing, as ``APISchema/columns(of:)`` takes it.
    ///   - member: The member of the document that it is.
    func print(_ answer: APIAnswer, as resource: String, in member: String = "data") {
        if json { return Terminal.write(answer.bytes + [0x0A]) }
        RecordOptions.print(answer.member(member), APISchema.columns(of: resource), showPersonal: showPersonal)
    }

    /// Prints some members of a thing, a line each.
    static func print(_ thing: JSONTree, _ columns: [Column], showPersonal: Bool) {
        let width = columns.map(\.head.count).max() ?? 0
        for column in columns {
            let space = String(repeating: " ", count: width - column.head.count)
            Terminal.print("\(column.head)\(space)  \(column.text(in: thing, showPersonal: showPersonal))")
        }
    }
}
