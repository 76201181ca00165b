import ArgumentParser

/// The exit codes of the command; `docs/operating/cli.md` explains them.
enum Exit {
    /// Failed or refused.
    static let failed: Int32 = 1
    /// A verification found violations.
    static let violations: Int32 = 3
    /// The server cannot be reached.
    static let unreachable: Int32 = 4
    /// A replica has more than the node that it follows, or its data is of another history.
    static let otherHistory: Int32 = 5
    /// The command line or the configuration is wrong.
    static let usage: Int32 = 64
    /// Storage failed; what was acknowledged is in the journal.
    static let storage: Int32 = 70
}

/// Runs the work of a command; prints an error in one way and turns it into the exit code.
func reporting<Result>(_ work: () async throws -> Result) async throws -> Result {
    do {
        return try await work()
    } catch let exit as ExitCode {
        throw exit
    } catch let failure as CommandFailure {
        throw failure.reported()
    } catch {
        throw CommandFailure(describe(error)).reported()
    }
}

/// The same for work that does not wait.
func reportingNow<Result>(_ work: () throws -> Result) throws -> Result {
    do {
        return try work()
    } catch let exit as ExitCode {
        throw exit
    } catch let failure as CommandFailure {
        throw failure.reported()
    } catch {
        throw CommandFailure(describe(error)).reported()
    }
}
