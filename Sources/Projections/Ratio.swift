/// Ratios as they are shown.
enum Ratio {
    /// The quotient to four decimals, halves away from zero; 0 when there is nothing to divide by.
    static func rounded(_ part: UInt64, _ whole: UInt64) -> Double {
        guard whole > 0 else { return 0 }
        let tenThousandths = (UInt128(part) * 20_000 + UInt128(whole)) / (UInt128(whole) * 2)
        return Double(tenThousandths) / 10_000
    }
}
