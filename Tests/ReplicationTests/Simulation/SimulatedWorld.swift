import Engine
import TestSupport

/// The one thread in which everything of a simulation happens, by its own clock and in an order that its seed decides.
///
/// Tasks that prefer it run here between their waits.
///
/// `@unchecked Sendable`: whatever belongs to a simulation runs on the thread that calls ``run(for:)``, and nowhere else.
final class SimulatedWorld: TaskExecutor, @unchecked Sendable {
    private struct Event {
        var time: UInt64
        var body: () -> Void
    }

    private final class Carried {
        let node: any SteppedNode
        var restEnd: UInt64

        init(_ node: any SteppedNode, restEnd: UInt64) {
            self.node = node
            self.restEnd = restEnd
        }
    }

    /// The time; nanoseconds.
    private(set) var now: UInt64 = 1_000_000_000
    /// The broken rules.
    private(set) var faults: [String] = []
    /// Called when nothing more can happen at an instant.
    var observe: () -> Void = {}
    private var random: SeededGenerator
    /// The coming events, the next at the end.
    private var events: [Event] = []
    private var ready: [UnownedJob] = []
    private var nodes: [Carried] = []

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    // MARK: Chance

    /// The next 64 random bits.
    func next() -> UInt64 { random.next() }

    /// A number below another one.
    func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }

    /// True once in so many times.
    func oneIn(_ count: Int) -> Bool { below(count) == 0 }

    /// Notes that something was that must never be.
    func fault(_ text: String) {
        if faults.count < 20 { faults.append("\(text) (at \(now / 1_000_000) ms)") }
    }

    // MARK: Time

    /// Lets something happen later.
    func after(milliseconds: Int, _ body: @escaping () -> Void) {
        after(nanoseconds: UInt64(milliseconds) * 1_000_000, body)
    }

    /// Lets something happen later, behind everything that happens at the same time.
    func after(nanoseconds: UInt64, _ body: @escaping () -> Void) {
        let time = now + nanoseconds
        var (low, high) = (0, events.count)
        while low < high {
            let middle = (low + high) / 2
            if events[middle].time > time { low = middle + 1 } else { high = middle }
        }
        events.insert(Event(time: time, body: body), at: low)
    }

    /// Suspends a task.
    func sleep(nanoseconds: UInt64) async throws {
        let sleeper = Sleeper()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                sleeper.begin(continuation)
                after(nanoseconds: nanoseconds) { sleeper.end() }
            }
        } onCancel: {
            sleeper.end(CancellationError())
        }
    }

    /// A task that sleeps, once.
    ///
    /// `@unchecked Sendable`: as the world.
    private final class Sleeper: @unchecked Sendable {
        private var continuation: CheckedContinuation<Void, any Error>?
        private var isCancelled = false

        func begin(_ continuation: CheckedContinuation<Void, any Error>) {
            guard !isCancelled else { return continuation.resume(throwing: CancellationError()) }
            self.continuation = continuation
        }

        func end(_ error: (any Error)? = nil) {
            isCancelled = error != nil
            let ended = continuation
            continuation = nil
            if let error { ended?.resume(throwing: error) } else { ended?.resume() }
        }
    }

    // MARK: Going on

    /// Takes a node's steps from now on.
    func carry(_ node: any SteppedNode) {
        nodes.append(Carried(node, restEnd: now + (node.restNanoseconds ?? 1_000_000_000)))
    }

    /// Runs a part of a task when its turn comes.
    func enqueue(_ job: consuming ExecutorJob) { ready.append(UnownedJob(job)) }

    /// Lets so much time pass.
    func run(milliseconds: Int) {
        let end = now + UInt64(milliseconds) * 1_000_000
        settle()
        while let next = nextTime, next <= end {
            now = max(now, next)
            if let event = events.last, event.time <= now {
                events.removeLast()
                event.body()
            }
            settle()
        }
        now = end
    }

    /// Lets time pass until something is so, or so much of it is over.
    func run(atMost milliseconds: Int, until isSo: () -> Bool) {
        let end = now + UInt64(milliseconds) * 1_000_000
        while now < end, !isSo() { run(milliseconds: 10) }
    }

    private var nextTime: UInt64? {
        let rest = nodes.min { $0.restEnd < $1.restEnd }?.restEnd
        guard let event = events.last?.time else { return rest }
        return min(event, rest ?? .max)
    }

    /// Runs everything that can run at this instant.
    private func settle() {
        while true {
            if !ready.isEmpty {
                ready.remove(at: below(ready.count)).runSynchronously(on: asUnownedTaskExecutor())
            } else if let carried = nodes.first(where: { $0.node.isAwake || $0.restEnd <= now }) {
                carried.node.step(sleeps: false)
                carried.restEnd = carried.node.restNanoseconds.map { now + max($0, 1) } ?? .max
                if carried.node.isOver { nodes.removeAll { $0 === carried } }
            } else {
                break
            }
        }
        observe()
    }

    /// Lets no more steps of a node be taken.
    func forget(_ node: any SteppedNode) { nodes.removeAll { $0.node === node } }
}
