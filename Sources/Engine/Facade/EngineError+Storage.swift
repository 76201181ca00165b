internal import Journal
internal import Store

extension EngineError {
    /// Describes a failure of the files of a directory: `diskFull` where there was no room, else `code`.
    ///
    /// A full disk is told apart from a broken one at each of the three rooms that write files.
    init(_ code: Code, of error: any Error, _ message: String) {
        guard EngineError.isOutOfSpace(error) else {
            self.init(code, "\(message): \(error)")
            return
        }
        self.init(.diskFull, "\(message): \(error). Free some space and try again; nothing is lost.")
    }

    private static func isOutOfSpace(_ error: any Error) -> Bool {
        switch error {
        case let error as DiskError: error.isOutOfSpace
        case let error as StoreError: error.code == .noSpace
        case JournalError.noSpace: true
        case JournalError.failed(let error): error.isOutOfSpace
        default: false
        }
    }
}
