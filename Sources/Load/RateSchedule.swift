/// The instants at which requests are due, whatever happens to those before: an open loop.
///
/// A run of phases; in each the rate goes in a straight line from one value to another.
public struct RateSchedule: Sendable {
    /// A part of the schedule.
    public struct Segment: Equatable, Sendable {
        /// Its length.
        public var seconds: Double
        /// Requests a second at its beginning.
        public var from: Double
        /// Requests a second at its end.
        public var to: Double

        /// Makes a segment; the rate stays the same unless said otherwise.
        public init(seconds: Double, from: Double, to: Double? = nil) {
            self.seconds = seconds
            self.from = from
            self.to = to ?? from
        }

        /// The number of requests due in it.
        var requests: Double { (from + to) / 2 * seconds }

        /// The instant at which that number of its requests is due, in seconds from its beginning.
        func instant(of requests: Double) -> Double {
            guard requests > 0 else { return 0 }
            let slope = (to - from) / seconds
            guard abs(slope) > 1e-9 else { return requests / from }
            // The number that is due by t is from·t + slope·t²/2; solved for t so that it stays exact near from = 0.
            return 2 * requests / (from + max(0, from * from + 2 * slope * requests).squareRoot())
        }
    }

    private let segments: [Segment]

    /// Makes a schedule.
    public init(_ segments: [Segment]) {
        self.segments = segments
    }

    /// A walk through the due instants of every `stride`-th request.
    public struct Cursor: Sendable {
        private let segments: [Segment]
        private let stride: Int
        private var segment = 0
        private var requestsBefore = 0.0
        private var secondsBefore = 0.0
        private var number: Int

        init(_ segments: [Segment], first: Int, stride: Int) {
            self.segments = segments
            self.stride = stride
            number = first
        }

        /// The next instant in seconds from the beginning, and its segment; nil behind the last.
        public mutating func next() -> (seconds: Double, segment: Int)? {
            while segment < segments.count {
                let current = segments[segment]
                let within = Double(number) - requestsBefore
                if within < current.requests {
                    number += stride
                    return (secondsBefore + min(current.instant(of: within), current.seconds), segment)
                }
                requestsBefore += current.requests
                secondsBefore += current.seconds
                segment += 1
            }
            return nil
        }
    }

    /// Begins a walk with the request of a number.
    public func makeCursor(first: Int = 0, stride: Int = 1) -> Cursor {
        Cursor(segments, first: first, stride: stride)
    }
}
