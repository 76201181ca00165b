internal import Crypto

/// Makes the numbers of epochs.
///
/// The seconds since 2026 and 16 bits of chance: a later epoch has a higher number, also than those of a history that was
/// lost, and two that begin in one second on two machines differ.
public enum EpochNumber {
    private static let originSeconds: Int64 = 1_767_225_600
    private static let chanceBits: UInt64 = 16

    /// An epoch after `known`; nil when there is none left.
    public static func next(
        after known: UInt64, wallMilliseconds: Int64, random: inout some RandomNumberGenerator
    ) -> UInt64? {
        let chance = random.next() & (1 << chanceBits - 1)
        let timely = ofTime(wallMilliseconds) | chance
        guard timely <= known else { return timely }
        // A clock that is behind: still a higher one, still with chance in it.
        let (next, isOver) = known.addingReportingOverflow(1 + chance)
        return isOver ? nil : next
    }

    /// The highest epoch that a node whose clock is right can have begun.
    ///
    /// - Parameters:
    ///   - known: An epoch that this node knows of.
    ///   - wallMilliseconds: The time of the wall clock.
    /// - Returns: The epoch.
    public static func highest(known: UInt64, wallMilliseconds: Int64) -> UInt64 {
        let day: Int64 = 86_400_000
        let timely = ofTime(wallMilliseconds.addingReportingOverflow(day).partialValue) | (1 << chanceBits - 1)
        let stepped = known.addingReportingOverflow(1 << (chanceBits + 4))
        return max(timely, stepped.overflow ? .max : stepped.partialValue)
    }

    private static func ofTime(_ wallMilliseconds: Int64) -> UInt64 {
        UInt64(max(0, wallMilliseconds / 1000 - originSeconds)) << chanceBits
    }

    /// The number that things made in a new epoch begin with: above everything that any node can have given out by now.
    ///
    /// One number for every microsecond since 2026: no node makes that many things, so that whatever a lost future
    /// has used lies below; and 28 bits of chance tell two epochs that begin in one moment apart.
    ///
    /// - Parameters:
    ///   - known: The number that the state would give out next. A lost future of the same state continued from there.
    ///   - isBesideAnother: True if this node knows of an epoch that its log lacks, as after a promotion by mistake:
    ///     above all that it can have begun with.
    ///   - wallMilliseconds: The time of the wall clock.
    ///   - random: The chance.
    /// - Returns: The number.
    public static func numbersFrom(
        known: UInt64, isBesideAnother: Bool, wallMilliseconds: Int64, random: inout some RandomNumberGenerator
    ) -> UInt64 {
        let chance = random.next() & (chanceOfNumbers - 1)
        let microseconds = UInt64(max(0, wallMilliseconds - originSeconds * 1000)) * 1000
        return max(known + lostNumbersMax, microseconds + (isBesideAnother ? chanceOfNumbers : 0)) + chance
    }

    private static let chanceOfNumbers: UInt64 = 1 << 28
    /// The numbers that a lost future of the same state may have used before the clock tells it apart.
    private static let lostNumbersMax: UInt64 = 1 << 24
}
