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
        case .invalid: "This code does not exist."
        case .revoked: "The code was revoked."
        case .expired: "The code has expired."
        case .exhausted:
            limit == .campaign
                ? "This campaign does not have enough places left." : "This code does not have enough places left."
        case .ineligible: "The campaign is not open for this claim."
        case .rateLimited: "Too many attempts. Try again later."
        case .limitReached: "This account has reached its limit for this campaign."
        case .holdConflict: "The hold was confirmed or released, or it expired and its places are taken."
        }
    }
}
