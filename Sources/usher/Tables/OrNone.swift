import ArgumentParser
import JSONText

/// A value, or the word `none` that takes away what is there.
enum OrNone<Value: ExpressibleByArgument & Sendable>: ExpressibleByArgument, Sendable {
    case none
    case some(Value)

    init?(argument: String) {
        if argument == "none" {
            self = .none
        } else {
            guard let value = Value(argument: argument) else { return nil }
            self = .some(value)
        }
    }

    /// The member of a body: null for none.
    func tree(_ make: (Value) -> JSONTree) -> JSONTree {
        switch self {
        case .none: .null
        case .some(let value): make(value)
        }
    }
}
