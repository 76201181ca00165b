/// The promises that are checked, each with the sentence of the report.
enum Invariant: String, CaseIterable, Codable, Sendable {
    case onePlaceEach = "nobody has a place twice"
    case withinLimits = "no counter is over its limit"
    case noFalseSoldOut = "nobody is told sold out while places are left"
    case acknowledgedStays = "what was acknowledged is there after every restart and promotion"
    case repeatsAgree = "a repeat gets the first answer"
    case idsAreUnique = "an id is never given out twice, by no history"
    case holdsKeepTheirWord =
        "a hold can be confirmed until its end, also where that was moved to later, and not once it is released"
    case keysWork = "a key works from its creation to its revocation, and not after"
    case allOrNothing = "a big command is done as a whole or not at all"
    case readsAgree = "lists, filters, exports and ETags agree with what was answered"
    case figuresReconcile = "figures of a replica reconcile with what was acknowledged"
    case answersAreKnown = "every answer is one that the contract knows"
    case neverRefusedLong = "claims are never refused for long while what they need is there"
    case processesLive = "a process ends only when it is told to, and then with 0"
    case memoryIsBounded = "memory, descriptors and threads are bounded"
    case historiesDiffer = "a restored history begins an epoch of its own and takes nobody's data"
    case nodesAgree = "nodes at equal positions have equal digests"
    case verifyIsClean = "usher verify finds nothing wrong"
}
