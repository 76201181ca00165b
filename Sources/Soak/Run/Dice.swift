/// The chance of one lane of steps (SplitMix64): equal seeds and equal lanes choose equal steps.
struct Dice: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Makes the dice of a lane; lanes of one seed are independent.
    init(seed: UInt64, lane: String) {
        state = seed
        for byte in lane.utf8 { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number of a range, both ends included.
    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// True in `percent` of a hundred cases.
    mutating func chance(_ percent: Int) -> Bool { number(0...99) < percent }

    /// One of a list; nil when it is empty.
    mutating func pick<Element>(_ list: [Element]) -> Element? { list.randomElement(using: &self) }

    /// A text of capital letters and digits that codes may have.
    mutating func text(_ length: Int) -> String {
        let alphabet = Array("ABCDEFGHJKMNPQRSTVWXYZ23456789")
        return String((0..<length).map { _ in alphabet[number(0...alphabet.count - 1)] })
    }
}
