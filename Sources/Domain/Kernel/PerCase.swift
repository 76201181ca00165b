/// One number for each case of an enum; how many there are is what the enum says.
package struct PerCase<Case: CaseIterable & RawRepresentable<UInt8>, Number: FixedWidthInteger & Sendable>: Equatable,
    Sendable
{
    /// The numbers, at the raw values of their cases.
    package private(set) var numbers: [Number]

    /// All zero.
    package init() {
        let last = Case.allCases.map(\.rawValue).max() ?? 0
        numbers = [Number](repeating: 0, count: Int(last) + 1)
    }

    /// The number of a case.
    package subscript(_ name: Case) -> Number {
        get { numbers[Int(name.rawValue)] }
        set { numbers[Int(name.rawValue)] = newValue }
    }

    /// The number at a raw value below the count of ``numbers``.
    package subscript(raw index: Int) -> Number {
        get { numbers[index] }
        set { numbers[index] = newValue }
    }

    /// Makes all zero again.
    package mutating func removeAll() {
        for index in numbers.indices { numbers[index] = 0 }
    }
}
