import ArgumentParser

/// A reason why a command fails: the message and the exit code.
struct CommandFailure: Error, CustomStringConvertible {
    var code = Exit.failed
    var description: String
    /// The status with which the server has refused, where one has.
    var status: UInt?

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
