import API
import HTTPTypes

/// The first lines of plain claims.
///
/// `@unchecked Sendable`: the memory is written once, here, never changed and never freed.
struct RequestLines: @unchecked Sendable {
    let redeem: UnsafeBufferPointer<UInt8>
    let hold: UnsafeBufferPointer<UInt8>

    init(_ routes: [Route]) {
        redeem = RequestLines.line(of: .redeem, in: routes)
        hold = RequestLines.line(of: .hold, in: routes)
    }

    private static func line(of claim: ClaimRoute, in routes: [Route]) -> UnsafeBufferPointer<UInt8> {
        guard let route = routes.first(where: { $0.claim == claim }) else {
            preconditionFailure("the table of routes has both claims")
        }
        let line = Array("\(route.method.rawValue) \(route.path) HTTP/1.1\r\n".utf8)
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: line.count)
        _ = memory.initialize(from: line)
        return UnsafeBufferPointer(memory)
    }
}
