/// A reason why some bytes are not the frame that should be there.
public enum FrameFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes do not begin like a frame.
    case notAFrame
    /// The header does not match its checksum.
    case headerChecksum
    /// The stored payload does not match its checksum.
    case payloadChecksum
    /// The bytes after the payload, up to the next multiple of 8, are not zero.
    case padding
    /// There are fewer bytes than the header announces.
    case incomplete
    /// A version of the format that this program does not know.
    case unsupportedVersion(UInt16)
    /// The header is whole, but a field has a value that no writer writes.
    case field(String)
    /// The frame is whole, but it does not continue the chain of hashes.
    case chain
    /// The frame is whole, but it is not the next one.
    case sequence(expected: UInt64, found: UInt64)
    /// The epoch is lower than that of the frame before.
    case epochWentBack
    /// The time is before that of the frame before.
    case timeWentBack
    /// The payload matches its checksum, but does not decompress to what the header announces.
    case compression

    /// True when a write that was cut off, or bytes that changed, can look like this; false when the frame is whole
    /// and only a wrong writer or a moved file explains it.
    var isBrokenBytes: Bool {
        switch self {
        case .notAFrame, .headerChecksum, .payloadChecksum, .padding, .incomplete: true
        default: false
        }
    }

    /// For people.
    public var description: String {
        switch self {
        case .notAFrame: "no frame begins here"
        case .headerChecksum: "the frame header does not match its checksum"
        case .payloadChecksum: "the payload does not match its checksum"
        case .padding: "the padding after the payload is not zero"
        case .incomplete: "the frame is cut off"
        case .unsupportedVersion(let version): "format version \(version) is unknown to this program"
        case .field(let name): "the header field \(name) is out of its range"
        case .chain: "the frame does not continue the chain of hashes"
        case .sequence(let expected, let found): "the frame begins with sequence \(found) instead of \(expected)"
        case .epochWentBack: "the epoch is lower than before"
        case .timeWentBack: "the time is earlier than before"
        case .compression: "the payload does not decompress"
        }
    }
}
