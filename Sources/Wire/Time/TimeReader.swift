/// Reads the digits and signs of a time from the left.
struct TimeReader {
    let bytes: [UInt8]
    var index = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    mutating func takeSeparator() -> Bool { take("T") || take("t") || take(" ") }

    /// Exactly that many digits.
    mutating func number(_ width: Int) -> Int? {
        guard bytes.count - index >= width else { return nil }
        var value = 0
        for byte in bytes[index..<(index + width)] {
            guard byte &- UInt8(ascii: "0") < 10 else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        index += width
        return value
    }

    /// `HH:MM:SS` with an optional fraction, in milliseconds.
    mutating func clock() throws(TimeText.Fault) -> Int {
        guard let hour = number(2), take(":"), let minute = number(2), take(":"), let second = number(2) else {
            throw .form
        }
        guard hour < 24, minute < 60, second < 60 else { throw .clock }
        var milliseconds = 0
        if take(".") {
            var scale = 100
            let start = index
            while index < bytes.count, bytes[index] &- UInt8(ascii: "0") < 10 {
                milliseconds += Int(bytes[index] - UInt8(ascii: "0")) * scale
                scale /= 10
                index += 1
            }
            guard index > start else { throw .form }
        }
        return ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds
    }

    /// `Z` or `±HH:MM`, in milliseconds.
    mutating func offset() -> Int? {
        if take("Z") || take("z") { return 0 }
        let isEast = take("+")
        guard isEast || take("-"), let hours = number(2), hours < 24, take(":"), let minutes = number(2), minutes < 60
        else { return nil }
        let milliseconds = (hours * 60 + minutes) * 60_000
        return isEast ? milliseconds : -milliseconds
    }
}
