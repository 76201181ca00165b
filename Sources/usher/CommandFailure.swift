import ArgumentParser

/// A reason why a command fails: the message and the exit code.
struct CommandFailure: Error, CustomStringConvertible {
    var code = Exit.failed
    var description: String
    /// The status with which the server has refused, where one has.
    var status: UInt?
    /// The server's word for the kind of its refusal.
    var problem: String?
    /// The members that the server has found fault with.
    var fields: [String] = []
    /// The knowledge of what became of the request.
    var outcome = Outcome.known

    /// The ways in which a request can end without a success.
    enum Outcome {
        /// It was refused, or never taken.
        case known
        /// The connection ended after the request had left.
        case lost
        /// There was no answer in time.
        case silent
    }

    init(_ description: String, code: Int32 = Exit.failed, status: UInt? = nil) {
        self.description = description
        self.code = code
        self.status = status
    }

    /// Says why on standard error and makes the error that ends the process with the code.
    func reported() -> ExitCode {
        Terminal.note("Error: \(description)")
        return ExitCode(code)
    }
}
