package import Domain

extension RefusalReason {
    /// The HTTP status of this refusal.
    package var status: Int {
        switch self {
        case .invalid: 422
        case .revoked, .expired: 410
        case .exhausted, .limitReached, .holdConflict: 409
        case .ineligible: 403
        case .rateLimited: 429
        }
    }
}

extension Refusal {
    /// The refusal in a sentence.
    package var detail: String {
        switch reason {
        case .invalid: isOfCampaign ? "This campaign does not exist." : "This code does not exist."
        case .revoked: "The code was revoked."
        case .expired: "The code has expired."
        case .exhausted:
            limit == .campaign
                ? "This campaign does not have enough places left." : "This code does not have enough places left."
        case .ineligible: ineligibility?.detail ?? "The campaign is not open for this claim."
        case .rateLimited: "Too many attempts. Try again later."
        case .limitReached: "This account has reached its limit for this campaign."
        case .holdConflict: "The hold was confirmed or released, or it has expired and cannot be taken up again."
        }
    }
}

extension Ineligibility {
    /// The cause in a sentence.
    package var detail: String {
        switch reason {
        case .wrongType: "This campaign is claimed with its codes, not by its key."
        case .draft: "The campaign has not been opened yet."
        case .paused: "The campaign is paused."
        case .notStarted: startsAt.map { "The campaign opens at \(TimeText.text($0))." } ?? "The campaign opens later."
        case .ended: endsAt.map { "The campaign ended at \(TimeText.text($0))." } ?? "The campaign has ended."
        }
    }
}
