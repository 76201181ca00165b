import Synchronization
import Wire

/// Bounds the number of big imports in memory; others wait for a place and are answered 503 when none becomes free in
/// time.
final class ImportPlaces: Sendable {
    /// Big imports that are in memory at once.
    static let countMax = 4
    /// Seconds that another one waits.
    static let waitSeconds = 10
    private static let look = Duration.milliseconds(50)

    private let taken = Mutex(0)

    /// The right to have a big import in memory, given back when nothing refers to it any more.
    final class Place: Sendable {
        private let places: ImportPlaces

        fileprivate init(_ places: ImportPlaces) {
            self.places = places
        }

        deinit { places.taken.withLock { $0 -= 1 } }
    }

    /// Takes a place; nil when all are taken.
    func enter() -> Place? {
        let isFree = taken.withLock { taken in
            guard taken < ImportPlaces.countMax else { return false }
            taken += 1
            return true
        }
        return isFree ? Place(self) : nil
    }

    /// Takes a place, as soon as there is one.
    ///
    /// - Throws: 503 `overloaded` when there is none for too long, and when the client has gone.
    func enter(for request: IncomingRequest) async throws -> Place {
        let end = ContinuousClock.now + .seconds(ImportPlaces.waitSeconds)
        while true {
            try request.checkClient()
            if let place = enter() { return place }
            guard ContinuousClock.now < end else { throw Problem.tooManyImports }
            try await Task.sleep(for: ImportPlaces.look)
        }
    }
}

extension Problem {
    /// 503: others are importing.
    fileprivate static var tooManyImports: Problem {
        var problem = Problem(
            503, "overloaded",
            "\(ImportPlaces.countMax) big imports are under way; nothing happened, try again in a moment.")
        problem.retryAfterSeconds = 5
        return problem
    }
}
