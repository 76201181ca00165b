import ArgumentParser
import JSONText

/// The form of a list.
struct ListOptions: ParsableArguments {
    @Flag(help: "Print JSON: one document, with all members.") var json = false
    @Flag(help: "Print CSV, with all members.") var csv = false
    @Flag(help: "Show the accounts of people in a table; --json and --csv always have them.") var showPersonal = false

    func validate() throws {
        guard !json || !csv else { throw ValidationError("--json and --csv exclude each other.") }
    }

    /// The form asked for.
    var form: RowPrinter.Form { json ? .json : csv ? .csv : .table(showPersonal: showPersonal) }

    /// Prints the rows that a document has; with `--json` the document as it is.
    func print(_ answer: APIAnswer, member: String, as list: ListTable) {
        if json { return Terminal.write(answer.bytes + [0x0A]) }
        var printer = RowPrinter(list, form)
        printer.take(answer.member().object?[member]?.array ?? [])
        printer.end()
    }
}
