/// Compares the acknowledged claims with the lists of the server.
struct ClaimChecks {
    let ledger: ClaimLedger
    let listing: ServerListing
    let names: RedeemerNames
    let targets: ClaimTargets
    /// True if places were given back meanwhile, so that a code may have been full and is not.
    var givesBack = false
    /// The number of redeemers who asked for a place, where it is fixed.
    var demand: Int?

    private static let examplesMax = 3

    /// Makes all checks, in the order of the report.
    func run() -> [BenchReport.Check] {
        var checks = [acknowledgedIsListed, listedIsKnown, noDoubles, counters, noFalseSoldOut]
        if ledger.secondGrants + ledger.wrongReplays > 0 || demand == nil && givesBack == false {
            checks.append(replays)
        }
        if let demand { checks.append(capacity(demand)) }
        if givesBack { checks.append(givenBack) }
        return checks
    }

    // MARK: Checks

    private var acknowledgedIsListed: BenchReport.Check {
        let missing = ledger.granted.subtracting(listing.listed)
        return check(
            "every acknowledged claim is listed", missing.prefix(ClaimChecks.examplesMax), missing.count,
            good: "\(ledger.granted.count) acknowledged, all listed", bad: "acknowledged and not listed")
    }

    private var listedIsKnown: BenchReport.Check {
        let strange = listing.listed.subtracting(ledger.granted).subtracting(ledger.unknown)
        let unknown = listing.listed.subtracting(ledger.granted).count - strange.count
        let lost = ledger.unknown.count == 0 ? "" : "; of \(ledger.unknown.count) lost answers \(unknown) have a place"
        return check(
            "nobody has a place who was told otherwise", strange.prefix(ClaimChecks.examplesMax), strange.count,
            good: "\(listing.listed.count) listed\(lost)", bad: "listed and never acknowledged")
    }

    private var noDoubles: BenchReport.Check {
        let wrong = listing.doubles + listing.misplaced
        return check(
            "no redeemer has two places, or one on a code not claimed", Array(wrong.prefix(ClaimChecks.examplesMax)),
            wrong.count, good: "\(listing.listed.count) redeemers", bad: "twice, or on another code")
    }

    private var counters: BenchReport.Check {
        let wrong = listing.codes.filter { code in
            let isOver = code.places.map { code.used + code.held > $0 } ?? false
            return isOver || code.used != listing.redemptions[code.id, default: 0]
        }
        let used = listing.codes.reduce(0) { $0 + $1.used }
        let isComplete = listing.codes.count == targets.codes.count
        var detail = "\(used) places used on \(listing.codes.count) codes, as listed, none over its limit"
        if let code = wrong.first {
            detail =
                "\(wrong.count) codes have another count than redemptions, such as id \(code.id): "
                + "\(code.used) used, \(listing.redemptions[code.id, default: 0]) listed"
        } else if !isComplete {
            detail = "\(listing.codes.count) of \(targets.codes.count) codes are listed"
        }
        return BenchReport.Check(
            name: "the counters are the sums of the redemptions", ok: wrong.isEmpty && isComplete, detail: detail)
    }

    private var noFalseSoldOut: BenchReport.Check {
        let name = "nobody was told sold out while places were left"
        guard !givesBack else {
            return BenchReport.Check(name: name, ok: true, detail: "places came back meanwhile: not decidable")
        }
        let byID = Dictionary(listing.codes.map { ($0.id, $0) }) { first, _ in first }
        var wrong: [UInt64] = []
        ledger.soldOut.visit { index in
            let id = targets.ids[index]
            if let code = byID[id], let places = code.places, code.used + code.held < places { wrong.append(id) }
            return true
        }
        guard let id = wrong.first, let code = byID[id] else {
            return BenchReport.Check(
                name: name, ok: true, detail: "\(ledger.soldOut.count) codes were sold out, all full")
        }
        let detail =
            "\(wrong.count) codes, such as id \(id): \(code.used) of \(code.places ?? 0) places used at the end"
        return BenchReport.Check(name: name, ok: false, detail: detail)
    }

    private var replays: BenchReport.Check {
        let wrong = ledger.secondGrants + ledger.wrongReplays
        return check(
            "a replay gets the first answer", Array(ledger.examples.prefix(ClaimChecks.examplesMax)), wrong,
            good: "no redeemer got a second first answer", bad: "answered differently the second time")
    }

    private func capacity(_ demand: Int) -> BenchReport.Check {
        let places = targets.places * targets.codes.count
        let name = "granted is exactly the capacity"
        let (granted, unknown) = (ledger.granted.count, ledger.unknown.count)
        guard demand > places else {
            return BenchReport.Check(
                name: name, ok: granted <= places, detail: "\(granted) granted; demand \(demand) ≤ \(places) places")
        }
        let used = listing.codes.reduce(0) { $0 + $1.used }
        let isExact = used == places && granted <= places && granted + unknown >= places
        let lost = unknown == 0 ? "" : ", \(unknown) answers lost"
        return BenchReport.Check(
            name: name, ok: isExact,
            detail: "\(granted) granted, \(used) used, of \(places) places for \(demand) clients\(lost)")
    }

    private var givenBack: BenchReport.Check {
        var taken = ledger.released.intersection(listing.listed)
        taken.formUnion(ledger.held.intersection(listing.listed))
        let held = listing.codes.reduce(0) { $0 + $1.held }
        let good =
            "\(ledger.released.count) released and \(ledger.held.count) expired holds have no place; none is held"
        guard held == 0 else {
            return BenchReport.Check(
                name: "released and expired holds give their places back", ok: false, detail: "\(held) are still held")
        }
        return check(
            "released and expired holds give their places back", taken.prefix(ClaimChecks.examplesMax),
            taken.count, good: good, bad: "released or expired, and listed as redemptions")
    }

    private func check(
        _ name: String, _ examples: [Int], _ count: Int, good: String, bad: String
    ) -> BenchReport.Check {
        guard count > 0 else { return BenchReport.Check(name: name, ok: true, detail: good) }
        let list = examples.map { names.text($0) }.joined(separator: ", ")
        return BenchReport.Check(name: name, ok: false, detail: "\(count) \(bad), such as \(list)")
    }
}
