import Engine
import Foundation

/// The end of a server whose disk has failed.
enum StorageFailure {
    /// Prints the reason and ends the process at once: nothing more can be acknowledged, and everything acknowledged
    /// is in the journal.
    static func stop(_ error: EngineError) {
        Terminal.note(
            "Error: storage failed: \(error.message) Stopped; acknowledged claims are in the journal. "
                + "Mend the disk, run `usher doctor` and start again.")
        _exit(Exit.storage)
    }
}
