import Wire

/// A resource whose lists are also offered as CSV.
protocol TableResource: Resource {
    /// The columns in their order, out of ``Resource/members``.
    static var columns: [Member<Value>] { get }
}

extension TableResource {
    /// The members of those names.
    ///
    /// - Precondition: there is a member of each name.
    static func members(_ names: String...) -> [Member<Value>] {
        names.map { name in
            guard let member = members.first(where: { $0.name == name }) else {
                preconditionFailure("a column is a member: \(name)")
            }
            return member
        }
    }

    /// Appends the line that names the columns.
    static func writeHead(to writer: inout JSONWriter) {
        writer.plain(columns.map(\.name).joined(separator: ","))
        writer.raw("\r\n")
    }

    /// Appends a value as a line of CSV.
    static func writeRow(_ value: Value, to writer: inout JSONWriter, _ showing: Showing) {
        var isFirst = true
        for column in columns {
            if !isFirst { writer.raw(",") }
            isFirst = false
            column.showCell(value, to: &writer, showing)
        }
        writer.raw("\r\n")
    }
}
