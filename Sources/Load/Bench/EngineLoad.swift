import Dispatch
import Domain
import Engine
import NIOCore
import Store
import Synchronization

/// Keeps a window of claims waiting in an engine, from one thread.
final class EngineLoad: Sendable {
    /// The claims to send.
    struct Task: Sendable {
        var name: String
        var claims: Int
        /// The number of the first redeemer.
        var first = 0
        /// True if the redeemers of an earlier task ask again.
        var isReplay = false
    }

    /// The figures of a task.
    struct Figures: Sendable {
        var answered = 0
        var granted = 0
        var already = 0
        var refused: [String: Int] = [:]
        var errors: [String: Int] = [:]
        var latency = LatencyHistogram()
        var timeline: [TimelinePoint] = []
        var seconds = 0.0

        var outcomes: BenchReport.Outcomes {
            var outcomes = BenchReport.Outcomes()
            outcomes.granted = granted
            outcomes.already = already
            outcomes.refused = refused
            return outcomes
        }

        /// Adds the figures of the next task.
        mutating func add(_ other: Figures) {
            answered += other.answered
            granted += other.granted
            already += other.already
            refused.merge(other.refused) { $0 + $1 }
            errors.merge(other.errors) { $0 + $1 }
            latency.merge(other.latency)
            timeline.append(following: other.timeline)
            self.seconds += other.seconds
        }
    }

    fileprivate struct State {
        var figures = Figures()
        var second = LatencyHistogram()
        /// The instant at which each waiting claim was handed in, by its number modulo the length.
        var submitted: [UInt64] = []
        var granted = NumberSet()
        var errorsInSecond = 0
    }

    private let engine: Engine
    private let texts: [CodeText]
    private let names: RedeemerNames
    private let window: Int
    private let stop: StopSignal
    private let progress: @Sendable (BenchProgress) -> Void
    private let answered = Atomic<Int>(0)
    private let wakeUp = DispatchSemaphore(value: 0)
    private let state = Mutex(State())

    /// The most names made at a time; they are made before they are needed, so that the run does not measure the
    /// sending thread.
    private static let chunkMax = 2048

    init(
        engine: Engine, texts: [CodeText], names: RedeemerNames, window: Int, stop: StopSignal,
        progress: @escaping @Sendable (BenchProgress) -> Void
    ) {
        self.engine = engine
        self.texts = texts
        self.names = names
        self.window = window
        self.stop = stop
        self.progress = progress
    }

    /// The redeemers who were granted a place, in all tasks.
    var granted: NumberSet { state.withLock { $0.granted } }

    /// Sends the claims of a task on a thread of their own; returns when the last is answered.
    func run(_ task: Task) async -> Figures {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: self.runBlocking(task)) }
        }
    }

    private func runBlocking(_ task: Task) -> Figures {
        answered.store(0, ordering: .relaxed)
        state.withLock { state in
            state.figures = Figures()
            state.second.removeAll()
            state.submitted = [UInt64](repeating: 0, count: window)
        }
        let mailbox = engine.makeMailbox { [self] replies in
            take(replies)
            answered.add(replies.count, ordering: .releasing)
            wakeUp.signal()
        }
        let start = DispatchTime.now().uptimeNanoseconds
        var sent = 0
        var second = 0
        while sent < task.claims, !stop.isStopped {
            let room = min(window - (sent - answered.load(ordering: .acquiring)), task.claims - sent)
            if room < min(window / 4, task.claims - sent), room < window {
                wakeUp.wait()
            } else {
                let next = task.first + sent
                sent += send(next..<(next + min(room, EngineLoad.chunkMax)), to: mailbox)
            }
            let now = DispatchTime.now().uptimeNanoseconds
            if Int((now - start) / 1_000_000_000) > second {
                tell(task, second, now - start)
                second += 1
            }
        }
        while answered.load(ordering: .acquiring) < sent { wakeUp.wait() }
        let elapsed = DispatchTime.now().uptimeNanoseconds - start
        tell(task, second, elapsed)
        return state.withLock { state in
            state.figures.seconds = Double(elapsed) / 1e9
            return state.figures
        }
    }

    private func send(_ numbers: Range<Int>, to mailbox: Mailbox) -> Int {
        var buffer = ByteBuffer()
        let submissions = numbers.map { number in
            guard let account = AccountID(names.text(number, in: &buffer)) else {
                preconditionFailure("a name has 1…128 bytes")
            }
            let target = ClaimTarget.code(texts[number &* 1_000_003 % texts.count])
            return ClaimSubmission(
                command: ClaimCommand(tenant: .default, target: target, redeemer: account), token: UInt64(number))
        }
        let now = DispatchTime.now().uptimeNanoseconds
        state.withLock { state in
            for number in numbers { state.submitted[number % window] = now }
        }
        return engine.submit(submissions, to: mailbox)
    }

    /// Runs on the sequencer's thread, once for each of its batches.
    private func take(_ replies: [ClaimReply]) {
        let now = DispatchTime.now().uptimeNanoseconds
        state.withLock { state in
            // Claims that were handed in together and are answered together took the same time.
            var (since, count): (UInt64, UInt64) = (0, 0)
            for reply in replies {
                let submitted = state.submitted[Int(reply.token) % window]
                if submitted != since {
                    state.record(since, count, now)
                    (since, count) = (submitted, 0)
                }
                count += 1
                state.count(reply)
            }
            state.record(since, count, now)
        }
    }

    private func tell(_ task: Task, _ second: Int, _ elapsed: UInt64) {
        let (rate, p99, errors) = state.withLock { state in
            let latency = state.second
            let answered = Int(latency.count)
            state.figures.timeline.append(
                TimelinePoint(
                    second: second, answered: answered, claims: answered, errors: state.errorsInSecond,
                    p50: latency.milliseconds(at: 50), p99: latency.milliseconds(at: 99),
                    max: latency.milliseconds(at: 100)))
            state.second.removeAll()
            state.errorsInSecond = 0
            let errors = state.figures.errors.values.reduce(0, +)
            return (answered, state.figures.latency.milliseconds(at: 99), errors)
        }
        progress(
            .load(
                LoadProgress(
                    phase: task.name, seconds: Double(elapsed) / 1e9, ofSeconds: 0, rate: rate, p99: p99,
                    errors: errors)))
    }
}

extension EngineLoad.State {
    fileprivate mutating func record(_ since: UInt64, _ count: UInt64, _ now: UInt64) {
        guard count > 0 else { return }
        let latency = now - min(now, since)
        figures.latency.record(nanoseconds: latency, times: count)
        second.record(nanoseconds: latency, times: count)
    }

    fileprivate mutating func count(_ reply: ClaimReply) {
        figures.answered += 1
        switch reply.result {
        case .success(.redeemed(_, already: false)):
            figures.granted += 1
            granted.insert(Int(reply.token))
        case .success(.redeemed(_, already: true)): figures.already += 1
        case .success(.refused(let refusal)): figures.refused[refusal.reason.word, default: 0] += 1
        case .success(.held): break
        case .failure(let error):
            figures.errors["\(error.code)", default: 0] += 1
            errorsInSecond += 1
        }
    }
}
