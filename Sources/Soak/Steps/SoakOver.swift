import Foundation
import NIOCore
import NIOHTTP1

/// Ends a step because the run ends.
struct SoakOver: Error {}
