import Foundation
import Synchronization

/// One broken promise, with what shows it.
struct Finding: Codable, Sendable {
    var invariant: Invariant
    var step: String
    var atSeconds: Double
    var evidence: String
}
