/// A value that begins with a hyphen, which the parser of arguments takes for an option.
enum HyphenValue {
    /// The complaint about an option without a value, with the way to write the word that follows it.
    ///
    /// - Parameters:
    ///   - message: The complaint of the parser.
    ///   - arguments: The arguments of the process.
    /// - Returns: nil when it is about something else.
    static func complaint(_ message: String, in arguments: some Sequence<String>) -> String? {
        let arguments = Array(arguments)
        guard let name = message.firstMatch(of: /Missing value for '(-[-A-Za-z0-9]+)/)?.1,
            let index = arguments.firstIndex(of: String(name)), index + 1 < arguments.count
        else { return nil }
        let value = arguments[index + 1]
        guard value.hasPrefix("-") else { return nil }
        return "\(name) has no value. One that begins with a hyphen is written in one word with it: \(name)=\(value)"
    }
}
