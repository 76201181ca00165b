import NIOCore
import NIOPosix

/// Sends the load of a workload: one load, or one after the other.
struct HTTPLoadRunner {
    let bench: HTTPBench
    let targets: ClaimTargets
    let group: MultiThreadedEventLoopGroup
    let trail: MemoryTrail

    private var options: HTTPBenchOptions { bench.options }
    private var parts: RequestParts { RequestParts(options.endpoint, key: options.key, tenant: options.tenant) }

    func callAsFunction() async throws -> HTTPLoad {
        var load = HTTPLoad()
        switch options.workload {
        case .hot, .spread: try await redeem(plan(), &load)
        case .lastPlaces: try await lastPlaces(&load)
        case .replay: try await replay(&load)
        case .holds: try await hold(&load)
        case .batch: try await batch(&load)
        case .mixed: try await mixed(&load)
        case .spike: try await spike(&load)
        }
        return load
    }

    // MARK: Workloads

    @discardableResult
    private func redeem(
        _ plan: LoadPlan, _ load: inout HTTPLoad, counts: Bool = true, end: Int? = nil, remembers: Bool = false
    ) async throws -> LoadRun.Result {
        let (body, parts, first) = (ClaimBody(targets, bench.names), parts, load.numbersUsed)
        let result = try await run(plan) { worker, workers in
            RedeemSource(
                body, parts, numbers: NumberSeries(first: first, worker: worker, of: workers, end: end),
                remembers: remembers)
        }
        add(result, plan, &load, counts: counts)
        return result
    }

    private func lastPlaces(_ load: inout HTTPLoad) async throws {
        // The load has no fixed length: it ends when every redeemer has asked.
        var plan = plan(warmup: 0)
        plan.phases[0].pace = pace(seconds: HTTPLoadRunner.secondsMax)
        try await redeem(plan, &load, end: options.clients)
        let asked = load.phases.reduce(0) { $0 + $1.tally.requests }
        if asked >= options.clients { load.demand = options.clients }
    }

    private func replay(_ load: inout HTTPLoad) async throws {
        let first = LoadPlan(
            endpoint: options.endpoint, connections: options.connections, pipeline: options.pipeline,
            phases: [
                LoadPlan.Phase(
                    name: "first claims", pace: .closed(seconds: HTTPLoadRunner.secondsMax), isMeasured: false)
            ])
        let claimed = try await redeem(first, &load, counts: false, end: options.clients, remembers: true)
        let redemptions = claimed.redemptions.sorted { $0.key < $1.key }.map { (number: $0.key, id: $0.value) }
        guard !redemptions.isEmpty else {
            throw BenchFailure("no first claim was granted, so nothing can be replayed.")
        }
        load.figuresBefore = await ServerFigures.read(bench.administration)
        load.claimsBefore = load.claimsInAll
        let (body, parts, seed, plan) = (ClaimBody(targets, bench.names), parts, options.seed, plan())
        let result = try await run(plan) { worker, _ in
            ReplaySource(body, parts, redemptions: redemptions, seed: RandomNumbers.mix(seed &+ UInt64(worker)))
        }
        add(result, plan, &load)
    }

    private func hold(_ load: inout HTTPLoad) async throws {
        let body = ClaimBody(targets, bench.names, ttlSeconds: HTTPBench.ttlSeconds)
        let (parts, plan) = (parts, plan())
        let result = try await run(plan) { worker, workers in
            HoldSource(body, parts, numbers: NumberSeries(worker: worker, of: workers))
        }
        add(result, plan, &load)
    }

    private func batch(_ load: inout HTTPLoad) async throws {
        let (body, parts, lines, plan) = (ClaimBody(targets, bench.names), parts, options.batchLines, plan())
        let result = try await run(plan) { worker, workers in
            BatchSource(body, parts, numbers: NumberSeries(worker: worker, of: workers), lines: lines)
        }
        add(result, plan, &load)
    }

    private func mixed(_ load: inout HTTPLoad) async throws {
        var paths = [
            "/api/admin/invitations/codes/\(targets.ids[0])",
            "/api/admin/invitations/redemptions?campaign_id=\(targets.campaign)&limit=20",
        ]
        if let replica = bench.replica {
            paths.append("/api/admin/invitations/metrics?campaign_id=\(targets.campaign)")
            try await wait(for: paths[0], on: replica)
        }
        var reads = plan()
        reads.endpoint = options.replica ?? options.endpoint
        reads.connections = max(1, options.connections / 4)
        for index in reads.phases.indices where reads.phases[index].isMeasured { reads.phases[index].name = "reads" }
        let readParts = RequestParts(reads.endpoint, key: options.key, tenant: options.tenant)
        let (body, claimParts, claims) = (ClaimBody(targets, bench.names), parts, plan())
        let (readPlan, readPaths) = (reads, paths)
        let readRun = LoadRun(plan: readPlan, group: group, stop: bench.stop)
        let makeReads = { (worker: Int, _: Int) -> any RequestSource in
            ReadSource(readPaths, readParts, worker: worker)
        }
        async let readResult = readRun.run(makeSource: makeReads, progress: { _ in })
        let result = try await run(claims) { worker, workers in
            RedeemSource(body, claimParts, numbers: NumberSeries(worker: worker, of: workers))
        }
        add(result, claims, &load)
        var beside = try await readResult
        beside.timeline = []
        load.append(beside, of: readPlan, counts: false)
    }

    /// Simulates a launch: measures the server's capacity, then sends less than that, all of it, and three times as
    /// much.
    private func spike(_ load: inout HTTPLoad) async throws {
        let search = LoadPlan(
            endpoint: options.endpoint, connections: options.connections, pipeline: options.pipeline,
            phases: [
                LoadPlan.Phase(name: "warm-up", pace: .closed(seconds: options.warmup), isMeasured: false),
                LoadPlan.Phase(name: "capacity", pace: .closed(seconds: min(3, options.duration))),
            ].filter { $0.pace.seconds > 0 })
        try await redeem(search, &load, counts: false)
        guard let found = load.phases.last, found.seconds > 0, found.tally.answered > 0, !bench.stop.isStopped else {
            return
        }
        let capacity = Double(found.tally.answered) / found.seconds
        let peak = options.rate ?? 0.8 * capacity
        let base = peak / HTTPLoadRunner.spikeFactor
        let half = options.duration / 2
        let launch = LoadPlan(
            endpoint: options.endpoint, connections: options.connections, pipeline: options.pipeline,
            phases: [
                LoadPlan.Phase(name: "base", pace: .open(.init(seconds: 1, from: base))),
                LoadPlan.Phase(name: "ramp x50", pace: .open(.init(seconds: 1, from: base, to: peak))),
                LoadPlan.Phase(name: "peak", pace: .open(.init(seconds: half, from: peak))),
                LoadPlan.Phase(name: "overload x3", pace: .open(.init(seconds: half, from: 3 * capacity))),
            ])
        try await redeem(launch, &load)
    }

    // MARK: Parts

    /// The limit on the time of a workload that ends by itself.
    private static let secondsMax = 600.0
    private static let spikeFactor = 50.0

    private func pace(seconds: Double) -> LoadPlan.Pace {
        options.rate.map { .open(RateSchedule.Segment(seconds: seconds, from: $0)) } ?? .closed(seconds: seconds)
    }

    /// Warm-up and the measured time.
    private func plan(warmup: Double? = nil) -> LoadPlan {
        var phases = [LoadPlan.Phase(name: options.workload.rawValue, pace: pace(seconds: options.duration))]
        let warmup = warmup ?? options.warmup
        if warmup > 0 {
            phases.insert(LoadPlan.Phase(name: "warm-up", pace: pace(seconds: warmup), isMeasured: false), at: 0)
        }
        return LoadPlan(
            endpoint: options.endpoint, connections: options.connections, pipeline: options.pipeline, phases: phases)
    }

    private func run(
        _ plan: LoadPlan, _ makeSource: (_ worker: Int, _ workers: Int) -> any RequestSource
    ) async throws -> LoadRun.Result {
        let progress = bench.progress
        do {
            return try await LoadRun(plan: plan, group: group, stop: bench.stop).run(makeSource: makeSource) {
                progress(.load($0))
            }
        } catch {
            throw BenchFailure(
                "\(plan.endpoint.host):\(plan.endpoint.port) does not take \(plan.connections) connections: \(error)")
        }
    }

    private func add(_ result: LoadRun.Result, _ plan: LoadPlan, _ load: inout HTTPLoad, counts: Bool = true) {
        let end = NIODeadline.now().uptimeNanoseconds
        var rest = plan.seconds
        let memory = plan.phases.map { phase -> Double? in
            rest -= phase.pace.seconds
            let beforeEnd = max(0, min(rest, result.seconds))
            return trail.bytes(at: end - UInt64(beforeEnd * 1e9))
        }
        load.append(result, of: plan, counts: counts, memory: memory)
        // No loop has sent more than all together.
        let sent = result.phases.reduce(0) { $0 + $1.requests }
        load.numbersUsed += sent * options.threads
    }

    /// Waits until a replica has the codes just made.
    private func wait(for path: String, on replica: any Administration) async throws {
        for _ in 0..<100 {
            if (try? await replica.send("GET", path, json: nil)) != nil { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        _ = try await replica.send("GET", path, json: nil)
    }
}
