import Foundation

/// A plot as inline SVG: lines over a horizontal axis, with a legend.
struct Plot {
    /// A line.
    struct Line {
        var name: String
        var color: String
        var points: [(x: Double, y: Double)]
    }

    var title: String
    var xTitle: String
    var yTitle: String
    var lines: [Line]
    /// The marks of the horizontal axis, each with its place and its text; nil chooses them by the values.
    var xMarks: [(x: Double, text: String)]?
    /// True if the vertical axis is logarithmic.
    var isLogarithmic = false

    private static let (width, height) = (860.0, 300.0)
    private static let (left, right, top, bottom) = (64.0, 16.0, 34.0, 44.0)

    /// The plot; a sentence when there is nothing to draw.
    var svg: String {
        let all = lines.flatMap(\.points)
        guard let first = all.first else { return "<p>\(HTMLText.escape(title)): nothing was measured.</p>" }
        let xs = all.reduce((first.x, first.x)) { (min($0.0, $1.x), max($0.1, $1.x)) }
        let yMax = max(all.reduce(0) { max($0, $1.y) }, 1e-3)
        let yMin = isLogarithmic ? max(all.map(\.y).filter { $0 > 0 }.min() ?? 1e-3, 1e-3) : 0
        let scale = Scale(
            xMin: xs.0, xMax: xs.1 > xs.0 ? xs.1 : xs.0 + 1, yMin: yMin, yMax: yMax * 1.05,
            isLogarithmic: isLogarithmic)
        var svg = """
            <svg viewBox="0 0 \(Int(Plot.width)) \(Int(Plot.height))" role="img" aria-label="\(HTMLText.escape(title))">
            <text class="title" x="\(Plot.left)" y="18">\(HTMLText.escape(title))</text>

            """
        for value in scale.yMarks { svg += horizontal(value, scale) }
        for mark in xMarks ?? scale.xMarks { svg += vertical(mark, scale) }
        for (index, line) in lines.enumerated() { svg += draw(line, index, scale) }
        svg += """
            <text class="axis" text-anchor="middle" x="\(Plot.width / 2)" y="\(Plot.height - 6)">\
            \(HTMLText.escape(xTitle))</text>
            <text class="axis" text-anchor="middle" transform="translate(14 \(Plot.height / 2)) rotate(-90)">\
            \(HTMLText.escape(yTitle))</text>
            </svg>

            """
        return svg
    }

    // MARK: Parts

    private func horizontal(_ value: Double, _ scale: Scale) -> String {
        let y = Plot.number(scale.y(value))
        return """
            <line class="grid" x1="\(Plot.left)" x2="\(Plot.width - Plot.right)" y1="\(y)" y2="\(y)"/>
            <text class="mark" text-anchor="end" x="\(Plot.left - 6)" y="\(y)" dy="4">\(Scale.text(value))</text>

            """
    }

    private func vertical(_ mark: (x: Double, text: String), _ scale: Scale) -> String {
        let x = Plot.number(scale.x(mark.x))
        return """
            <line class="grid" x1="\(x)" x2="\(x)" y1="\(Plot.top)" y2="\(Plot.height - Plot.bottom)"/>
            <text class="mark" text-anchor="middle" x="\(x)" y="\(Plot.height - Plot.bottom + 16)">\
            \(HTMLText.escape(mark.text))</text>

            """
    }

    private func draw(_ line: Line, _ index: Int, _ scale: Scale) -> String {
        let points = line.points.map { "\(Plot.number(scale.x($0.x))),\(Plot.number(scale.y($0.y)))" }
        let x = Plot.width - Plot.right - 90 * Double(lines.count - index)
        var text = ""
        if points.count > 1 {
            text += "<polyline fill=\"none\" stroke=\"\(line.color)\" stroke-width=\"2\" points=\""
            text += points.joined(separator: " ") + "\"/>\n"
        } else if let point = line.points.first {
            text += "<circle r=\"4\" fill=\"\(line.color)\" cx=\"\(Plot.number(scale.x(point.x)))\" "
            text += "cy=\"\(Plot.number(scale.y(point.y)))\"/>\n"
        }
        guard lines.count > 1 else { return text }
        text += "<rect x=\"\(x)\" y=\"9\" width=\"12\" height=\"4\" fill=\"\(line.color)\"/>"
        return text + "<text class=\"mark\" x=\"\(x + 16)\" y=\"15\">\(HTMLText.escape(line.name))</text>\n"
    }

    private static func number(_ value: Double) -> String { String(format: "%.1f", value) }

    /// Maps values to places.
    private struct Scale {
        var xMin: Double
        var xMax: Double
        var yMin: Double
        var yMax: Double
        var isLogarithmic: Bool

        func x(_ value: Double) -> Double {
            Plot.left + (value - xMin) / (xMax - xMin) * (Plot.width - Plot.left - Plot.right)
        }

        func y(_ value: Double) -> Double {
            let part =
                isLogarithmic
                ? log(max(value, yMin) / yMin) / max(log(yMax / yMin), 1e-9) : (value - yMin) / (yMax - yMin)
            return Plot.height - Plot.bottom - part * (Plot.height - Plot.top - Plot.bottom)
        }

        var xMarks: [(x: Double, text: String)] { Scale.marks(xMin, xMax).map { ($0, Scale.text($0)) } }

        var yMarks: [Double] {
            guard isLogarithmic else { return Scale.marks(yMin, yMax) }
            let decades = Int(log10(yMin).rounded(.down))...Int(log10(yMax).rounded(.up))
            let marks = decades.map { pow(10, Double($0)) }.filter { $0 >= yMin && $0 <= yMax }
            return marks.count > 1 ? marks : [yMin, yMax]
        }

        /// About five round numbers.
        private static func marks(_ low: Double, _ high: Double) -> [Double] {
            let rough = (high - low) / 5
            let decade = pow(10, log10(rough).rounded(.down))
            let step = [1.0, 2, 5, 10].map { $0 * decade }.first { $0 >= rough } ?? rough
            return Array(stride(from: (low / step).rounded(.up) * step, through: high, by: step))
        }

        static func text(_ value: Double) -> String {
            switch abs(value) {
            case 0: "0"
            case 1_000_000...: String(format: "%gM", value / 1_000_000)
            case 10_000...: String(format: "%gk", value / 1000)
            default: String(format: "%.3g", value)
            }
        }
    }
}
