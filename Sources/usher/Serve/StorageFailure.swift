import API
import Engine
import Foundation

/// The end of a process whose disk has failed.
enum StorageFailure {
    /// Prints the reason and ends a command at once: nothing more can be acknowledged, and everything acknowledged is
    /// in the journal.
    static func stop(_ error: EngineError) {
        Terminal.note(
            "Error: storage failed: \(error.message) Stopped; acknowledged claims are in the journal. "
                + "Mend the disk, run `usher doctor` and start again.")
        _exit(Exit.storage)
    }

    /// Writes the reason into the log and ends a node at once.
    static func stop(_ error: EngineError, _ log: NodeLog) {
        log.write(.storageFailed, (.reason, .text(error.message)))
        LogWriter.standardError.flush()
        _exit(Exit.storage)
    }
}
