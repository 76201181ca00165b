import API
import HTTPTypes

/// The first lines of plain claims.
///
/// `@unchecked Sendable`: the memory is written once, here, never changed and never freed.
struct RequestLines: @unchecked Sendable {
    let redeem: UnsafeBufferPointer<UInt8>
    let hold: UnsafeBufferPointer<UInt8>

    init(_ operations: [Operation]) {
        redeem = RequestLines.line(of: .redeem, in: operations)
        hold = RequestLines.line(of: .hold, in: operations)
    }

    private static func line(of claim: ClaimOperation, in operations: [Operation]) -> UnsafeBufferPointer<UInt8> {
        guard let operation = operations.first(where: { $0.claim == claim }) else {
            preconditionFailure("the table of operations has both claims")
        }
        let line = Array("\(operation.method.rawValue) \(operation.path) HTTP/1.1\r\n".utf8)
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: line.count)
        _ = memory.initialize(from: line)
        return UnsafeBufferPointer(memory)
    }
}
