import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// A place in a node's log.
struct Position: Comparable, Hashable, Sendable, CustomStringConvertible {
    var epoch: UInt64
    var sequence: UInt64

    init?(_ text: String) {
        let parts = text.split(separator: "-")
        guard parts.count == 2, let epoch = UInt64(parts[0]), let sequence = UInt64(parts[1]) else { return nil }
        (self.epoch, self.sequence) = (epoch, sequence)
    }

    var description: String { "\(epoch)-\(sequence)" }

    static func < (left: Position, right: Position) -> Bool {
        (left.epoch, left.sequence) < (right.epoch, right.sequence)
    }
}
