import Synchronization
import Testing

@testable import Load

@Suite struct `The checks` {
    /// Runs a bench of a handful of clients against a server whose answers and books a test decides.
    private func run(
        _ workload: BenchWorkload = .lastPlaces, places: Int = 1000, clients: Int = 20,
        answer: @escaping @Sendable (_ redeemer: String, _ number: Int) -> FakeServer.Answer,
        books: @escaping @Sendable (_ granted: [String], inout FakeAdministration.Books) -> Void
    ) async throws -> [String: BenchReport.Check] {
        let asked = Mutex<[String]>([])
        let administration = FakeAdministration()
        let server = try await FakeServer { request in
            guard let redeemer = request.redeemer else { return .json(404, "{}") }
            let number = asked.withLock { asked in
                asked.append(redeemer)
                return asked.count
            }
            let answer = answer(redeemer, number)
            administration.change { current in
                current.places = places
                if answer.text.contains(#""already":false"#) { current.redeemers.append(redeemer) }
            }
            return answer
        }
        var options = HTTPBenchOptions(workload, endpoint: try server.endpoint, key: "key")
        (options.connections, options.clients, options.places) = (4, clients, places)
        (options.duration, options.warmup) = (0.3, 0)
        let change = PlantedLies(administration, books)
        let (report, _) = try await HTTPBench(
            options, administration: change, stop: StopSignal(), progress: { _ in })()
        try await server.stop()
        return Dictionary(report.checks.map { ($0.name, $0) }) { first, _ in first }
    }

    private func failed(_ checks: [String: BenchReport.Check]) -> [String] {
        checks.values.filter { !$0.ok }.map(\.name).sorted()
    }

    private static let listed = "every acknowledged claim is listed"
    private static let known = "nobody has a place who was told otherwise"
    private static let doubles = "no redeemer has two places, or one on a code not claimed"
    private static let counters = "the counters are the sums of the redemptions"
    private static let soldOut = "nobody was told sold out while places were left"
    private static let exact = "granted is exactly the capacity"
    private static let replays = "a replay gets the first answer"
    private static let exhausted = FakeServer.Answer.json(409, #"{"status":409,"code":"exhausted","ok":false}"#)

    @Test func `find nothing wrong with an honest server`() async throws {
        let few = try await run(answer: { _, number in .granted(id: number) }, books: { _, _ in })
        #expect(failed(few).isEmpty)
        let many = try await run(places: 5) { _, number in
            number <= 5 ? .granted(id: number) : Self.exhausted
        } books: { _, _ in
        }
        #expect(failed(many).isEmpty)
        #expect(many[Self.exact]?.detail.hasPrefix("5 granted, 5 used, of 5 places for 20 clients") == true)
    }

    @Test func `catch an acknowledged claim that is not listed`() async throws {
        let checks = try await run { _, number in
            .granted(id: number)
        } books: { _, books in
            books.redeemers.removeLast()
        }
        #expect(failed(checks) == [Self.listed])
        #expect(checks[Self.listed]?.detail.contains("1 acknowledged and not listed, such as bench-") == true)
    }

    @Test func `catch a redeemer with two places, and a counter that is not their sum`() async throws {
        let checks = try await run { _, number in
            .granted(id: number)
        } books: { _, books in
            books.redeemers.append(books.redeemers[0])
            books.used = 20
        }
        #expect(failed(checks) == [Self.doubles, Self.counters].sorted())
    }

    @Test func `catch a place that nobody was told of`() async throws {
        let checks = try await run(places: 25) { _, number in
            number == 7 ? .json(422, #"{"code":"invalid","ok":false}"#) : .granted(id: number)
        } books: { names, books in
            let run = names[0].prefix { $0 != "-" } + "-" + names[0].split(separator: "-")[1]
            books.redeemers += (0..<20).map { "\(run)-\($0)" }.filter { !names.contains($0) }
        }
        #expect(failed(checks) == [Self.known])
    }

    @Test func `catch a false sold-out`() async throws {
        let checks = try await run(places: 10) { _, number in
            number <= 9 ? .granted(id: number) : Self.exhausted
        } books: { _, _ in
        }
        #expect(failed(checks) == [Self.exact, Self.soldOut].sorted())
        #expect(checks[Self.soldOut]?.detail.contains("9 of 10 places used") == true)
    }

    @Test func `catch more places than there are`() async throws {
        let checks = try await run(places: 5) { _, number in
            number <= 6 ? .granted(id: number) : Self.exhausted
        } books: { _, _ in
        }
        #expect(failed(checks) == [Self.exact, Self.counters].sorted())
    }

    @Test func `catch replays that name another redemption or say they are first`() async throws {
        let firsts = Mutex<[String: Int]>([:])
        let checks = try await run(.replay) { redeemer, number in
            let first = firsts.withLock { firsts -> Int? in
                defer { if firsts[redeemer] == nil { firsts[redeemer] = number } }
                return firsts[redeemer]
            }
            guard let first else { return .granted(id: number) }
            let id = number % 7 == 0 ? 999_999 : first
            return .json(200, #"{"ok":true,"already":true,"redemption":{"id":\#(id)}}"#)
        } books: { _, _ in
        }
        #expect(failed(checks) == [Self.replays])
    }

    @Test func `say so when the lists cannot be read, and keep what was measured`() async throws {
        let checks = try await run { _, number in
            .granted(id: number)
        } books: { _, books in
            books.isGone = true
        }
        #expect(failed(checks) == ["the server's lists were read"])
    }

    @Test func `count a lost answer as unknown, whether its claim is listed or not`() async throws {
        let checks = try await run { _, number in
            number == 3 || number == 4 ? .hangUp : .granted(id: number)
        } books: { _, _ in
        }
        #expect(failed(checks).isEmpty)
        #expect(checks[Self.known]?.detail.contains("lost answers") == true)
    }
}

/// Changes the books when the run begins to read them.
private struct PlantedLies: Administration {
    let administration: FakeAdministration
    let change: @Sendable ([String], inout FakeAdministration.Books) -> Void

    init(
        _ administration: FakeAdministration,
        _ change: @escaping @Sendable ([String], inout FakeAdministration.Books) -> Void
    ) {
        self.administration = administration
        self.change = change
    }

    func send(_ method: String, _ path: String, json: String?) async throws -> [UInt8] {
        if path.contains("/redemptions?") { administration.change { change($0.redeemers, &$0) } }
        return try await administration.send(method, path, json: json)
    }
}
