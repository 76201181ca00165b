public import Journal

/// What a verification looked at and what it found, check by check.
public struct VerificationReport: Sendable {
    /// How a check ended.
    public enum Outcome: String, Sendable {
        /// Everything it looked at is as it must be.
        case passed
        /// Something is not; see ``Check/violations``.
        case failed
        /// Not done, because an earlier finding makes it meaningless; ``Check/detail`` says which.
        case skipped
    }

    /// A number that a check came by.
    public struct Figure: Sendable {
        /// A stable name, in snake case.
        public var name: String
        /// The number.
        public var value: UInt64
    }

    /// One check.
    public struct Check: Sendable {
        /// A stable name, in snake case.
        public var name: String
        /// How it ended.
        public var outcome: Outcome
        /// What was looked at, or why not, for people.
        public var detail: String
        /// What was counted.
        public var figures: [Figure]
        /// What is wrong, one line each, with file and offset or rule and record.
        public var violations: [String]

        init(_ name: String, _ detail: String, figures: [Figure] = [], violations: [String] = []) {
            self.name = name
            self.detail = detail
            self.figures = figures
            self.violations = violations
            outcome = violations.isEmpty ? .passed : .failed
        }

        static func skipped(_ name: String, _ detail: String) -> Check {
            var check = Check(name, detail)
            check.outcome = .skipped
            return check
        }
    }

    /// The directory or file that was looked at.
    public var path: String
    /// The point of the log that the verified state is at; nil when no state could be read.
    public var point: JournalPoint?
    /// The checks, in the order in which they were made.
    public var checks: [Check]

    /// Whether nothing is wrong.
    public var isClean: Bool { checks.allSatisfy { $0.violations.isEmpty } }
}
