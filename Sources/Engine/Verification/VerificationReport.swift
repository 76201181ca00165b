public import Journal

/// The findings of a verification, check by check.
public struct VerificationReport: Sendable {
    /// The result of a check.
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
        /// Its result.
        public var outcome: Outcome
        /// The scope of the check, or the reason why it was not made, for people.
        public var detail: String
        /// The counts.
        public var figures: [Figure]
        /// The faults, one line each, with file and offset or rule and record.
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

    /// True if there is no fault.
    public var isClean: Bool { checks.allSatisfy { $0.violations.isEmpty } }
}
