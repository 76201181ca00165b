/// A row of an import that was not taken, with the reason.
struct RowFailure: Equatable {
    /// The physical line that the row begins at, from 1.
    var line: Int
    /// The code's text, as far as it could be read.
    var text: String
    /// The word for programs.
    var code: String
    /// The sentence for people.
    var message: String
}
