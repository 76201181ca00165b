import Logging

/// A value of a field of a log line.
package enum LogValue: Hashable, Sendable {
    case text(String)
    case number(Int64)
    case decimal(Double)

    /// A count; what is larger than there can be is the largest number.
    package static func count(_ value: some BinaryInteger) -> LogValue { .number(Int64(clamping: value)) }

    /// Its form for `swift-log`.
    var metadata: Logger.MetadataValue {
        switch self {
        case .text(let text): .string(text)
        case .number(let number): .stringConvertible(number)
        case .decimal(let number): .stringConvertible(number)
        }
    }
}
