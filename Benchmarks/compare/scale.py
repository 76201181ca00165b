"""Shows what a claim costs as the store grows: a table, and a plot without any other program's help.

Reads the JSON of `usher bench engine --grown`, one file for each kind of load.
"""

import argparse
import json
import math

BEGIN, END = "<!-- scale:begin -->", "<!-- scale:end -->"
COLOURS = ["#1f6feb", "#d1242f", "#1a7f37"]
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 760, 380, 60, 50, 40, 20


def phases(path):
    """What was measured: claims before, claims a second, processor microseconds a claim, worst latency in ms."""
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    for check in report["checks"]:
        if not check["ok"]:
            raise SystemExit(f"{path}: {check['name']}: {check['detail']}")
    rows = []
    for phase in report["phases"]:
        words = phase["name"].split()
        before = int(words[-2]) if words[-1] == "before" else 0
        rows.append((before, phase["goodput_per_second"], phase["cpu_seconds_per_million_claims"], phase["latency_ms"]))
    return rows


def table(series):
    lines = [
        "| load | claims in the store | durable claims/s | of the empty store | a claim takes | processor time a claim | p99 with 8,192 waiting |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, rows in series:
        for before, rate, cpu, latency in rows:
            lines.append(
                f"| {name} | {before:,} | {rate:,.0f} | {rate / rows[0][1]:.2f} | {1e6 / rate:.1f} µs | {cpu:.1f} µs "
                f"| {latency['p99']:.0f} ms |")
    return "\n".join(lines)


def plot(series):
    """Microseconds a claim over the size of the store, whose axis is logarithmic: a straight line is a logarithm."""
    largest = max(row[0] for _, rows in series for row in rows)
    highest = max(max(1e6 / row[1], row[2]) for _, rows in series for row in rows)
    decades = math.log10(max(largest, 1_000_000) / 100_000)
    step = 10 ** math.floor(math.log10(highest)) if highest > 0 else 1
    if highest / step < 3:
        step /= 2

    def x(before):
        return LEFT + (WIDTH - LEFT - RIGHT) * max(0, math.log10(max(before, 1) / 100_000)) / decades

    def y(value):
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / (highest * 1.1)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="20" font-size="14">Microseconds a durable claim, by claims in the store</text>',
    ]
    value = 0.0
    while value <= highest * 1.1:
        out.append(f'<path d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value:g}</text>')
        value += step
    for before in sorted({row[0] for _, rows in series for row in rows}):
        label = "0" if before == 0 else f"{before / 1_000_000:g} M"
        out.append(f'<text x="{x(before):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{label}</text>')
    legend = TOP + 6
    for (name, rows), colour in zip(series, COLOURS):
        for kind, dash, pick in (
            ("elapsed", "", lambda row: 1e6 / row[1]), ("processor", ' stroke-dasharray="5 4"', lambda row: row[2])
        ):
            points = " ".join(f"{x(row[0]):.1f},{y(pick(row)):.1f}" for row in rows)
            out.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
            out.append(f'<path d="M{LEFT + 10} {legend}h24" stroke="{colour}" stroke-width="2"{dash}/>')
            out.append(f'<text x="{LEFT + 40}" y="{legend + 4}">{name}, {kind}</text>')
            legend += 16
    out.append("</svg>")
    return "\n".join(out) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("series", nargs="+", help="what the load is called, and its file: 'two cores=two.json'")
    parser.add_argument("--document", help="put the table into this document, between its markers")
    parser.add_argument("--plot", help="write the plot to this file")
    arguments = parser.parse_args()
    series = [(name, phases(path)) for name, _, path in (text.rpartition("=") for text in arguments.series)]
    text = table(series)
    print(text)
    if arguments.document:
        with open(arguments.document, encoding="utf-8") as file:
            document = file.read()
        head, rest = document.split(BEGIN)
        _, tail = rest.split(END)
        with open(arguments.document, "w", encoding="utf-8") as file:
            file.write(f"{head}{BEGIN}\n{text}\n{END}{tail}")
    if arguments.plot:
        with open(arguments.plot, "w", encoding="utf-8") as file:
            file.write(plot(series))


if __name__ == "__main__":
    main()
